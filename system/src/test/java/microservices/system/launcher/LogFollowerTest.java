package microservices.system.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every line once, in order, also when the log begins anew. */
class LogFollowerTest {

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private Path file;
    private LogFollower follower;

    @BeforeEach
    void follows() throws IOException {
        file = Files.writeString(folder.resolve("a.log"), "");
        PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
        follower = new LogFollower("a", 2, file, folder.resolve("a.log.1"), out);
    }

    @Test
    void printsWhatIsAdded_lineByLine() throws Exception {
        add("1\n2");
        follower.printNew();
        assertEquals(List.of("1"), printed());
        add("x\nповідомлення\n");
        follower.printNew();
        assertEquals(List.of("1", "2x", "повідомлення"), printed());
    }

    @Test
    void goesOnOverBeginningsAnew() throws Exception {
        add("1\n2\n");
        follower.printNew();
        add("3\n");
        beginAnew();
        follower.printNew();
        assertEquals(List.of("1", "2", "3"), printed());
        // Longer than what was read of the one before, so that its length does not tell.
        add("4\n5\n6\n7\n8\n");
        beginAnew();
        add("9\n10\n11\n12\n13\n14\n15\n");
        follower.printNew();
        beginAnew();
        follower.printNew();
        add("16\n");
        follower.printNew();
        assertEquals(16, printed().size(), printed().toString());
        for (int n = 1; n <= 16; n++) {
            assertEquals(String.valueOf(n), printed().get(n - 1));
        }
    }

    @Test
    void waits_whileTheLogBeginsAnew() throws Exception {
        add("1\n2\n");
        follower.printNew();
        add("3\n");
        Files.copy(file, folder.resolve("a.log.new"));
        Files.write(file, new byte[0]);
        follower.printNew();
        assertEquals(List.of("1", "2"), printed());
        Files.move(folder.resolve("a.log.new"), folder.resolve("a.log.1"));
        add("4\n");
        follower.printNew();
        assertEquals(List.of("1", "2", "3", "4"), printed());
    }

    @Test
    void printsTheOlderLogFirst() throws Exception {
        add("1\n");
        beginAnew();
        add("2\n");
        follower.printNew();
        assertEquals(List.of("1", "2"), printed());
    }

    @Test
    void skipsWhatIsThere() throws Exception {
        add("1\n");
        beginAnew();
        add("2\n");
        follower.skipToEnd();
        add("3\n");
        beginAnew();
        add("4\n");
        follower.printNew();
        assertEquals(List.of("3", "4"), printed());
    }

    private void add(String text) throws IOException {
        Files.writeString(file, text, StandardOpenOption.APPEND);
    }

    private void beginAnew() throws IOException {
        Path copy = Files.copy(file, folder.resolve("a.log.new"));
        Files.write(file, new byte[0]);
        Files.move(copy, folder.resolve("a.log.1"), StandardCopyOption.REPLACE_EXISTING);
    }

    private List<String> printed() {
        return printed.toString(StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.substring("a  | ".length()))
                .toList();
    }
}
