package microservices.system.launcher;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a facade answers to {@code GET /verify}, as the user reads it.
 *
 * @param json the answer
 */
record Verification(String json) {

    private static final Pattern SENTENCE = Pattern.compile("\"sentence\":\"([^\"]*)\"");
    private static final Pattern FAULTY = Pattern.compile("\\{\"id\":\"([^\"]*)\",\"fault\":\"([^\"]*)\"}");

    /** Whether everything logged is held once. */
    boolean closed() {
        return json.contains("\"verdict\":\"closed\"");
    }

    /** The sentence, and a line for each message that is listed with something wrong. */
    List<String> lines() {
        Matcher sentence = SENTENCE.matcher(json);
        Stream<String> first = Stream.of(sentence.find() ? sentence.group(1) : json);
        Stream<String> faulty = FAULTY.matcher(json).results().map(one -> one.group(2) + " " + one.group(1));
        return Stream.concat(first, faulty).toList();
    }
}
