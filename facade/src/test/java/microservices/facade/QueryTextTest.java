package microservices.facade;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import microservices.message.Refusal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueryTextTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text=msg1             | msg1",
                "text=two+words        | two words",
                "text=two%20words      | two words",
                "text=1%2B1            | 1+1",
                "text=a=b==            | a=b==",
                "text=a%26b%3Dc        | a&b=c",
                "text=%25zz            | %zz",
                "text=%C3%A9           | é",
                "text=%c3%a9           | é",
                "text=é€               | é€",
                "text=%F0%9F%98%80     | 😀",
                "text=100%2525         | 100%25",
                "text=a?b/c            | a?b/c",
                "text=%EF%BF%BD        | \ufffd"
            })
    void readsTheText(String query, String expected) {
        assertEquals(expected, QueryText.read(query));
    }

    @Test
    void readsBackWhatABrowserEncodes() {
        String text = "\" <é> & = + % 😀 \n\t~*'()";
        assertEquals(text, QueryText.read("text=" + URLEncoder.encode(text, StandardCharsets.UTF_8)));
    }

    @Test
    void readsAnEmojiThatIsNotPercentEncoded() {
        assertEquals("a😀b", QueryText.read("text=a😀b"));
    }

    @Test
    void refusesAnAbsentQuery() {
        assertEquals(400, statusOf(null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // absent or empty
                "",
                "text",
                "text=",
                "text=&text=",
                // blank
                "text=+",
                "text=%20%09",
                "text=%E2%80%83",
                // twice
                "text=a&text=b",
                "text=a&text=a",
                "text=&text=a",
                "text=a&text",
                // another parameter
                "msg=a",
                "Text=a",
                "text=a&msg=b",
                "msg=b&text=a",
                "text[]=a",
                "=a",
                // a % that encodes nothing
                "text=%ZZ",
                "text=a%4",
                "text=%",
                "text=a%",
                "text=100%&",
                "text=%%41",
                "text=%4G",
                "text=%+1",
                "text=%-1",
                // not UTF-8
                "text=%FF",
                "text=%FE%FF",
                "text=%C3",
                "text=a%E2%82",
                "text=%A9",
                "text=%F4%90%80%80",
                // overlong: '/', NUL and '€' in more bytes than they need
                "text=%C0%AF",
                "text=%C0%80",
                "text=%E0%80%AF",
                "text=%F0%82%82%AC",
                // half a surrogate pair, as three bytes
                "text=%ED%A0%BD",
                "text=%ED%A0%BD%ED%B8%80",
                // what Jetty has put in the place of raw bytes that are not UTF-8
                "text=caf\ufffd",
                "text=\ufffd%A9",
                "te\ufffdt=a",
                "text=a&\ufffd",
                // NUL
                "text=%00",
                "text=a%00b"
            })
    void refusesWhatIsNotExactlyOneText(String query) {
        assertEquals(400, statusOf(query));
    }

    @Test
    void takes64KibOfUtf8_andAnswers413ToOneByteMore() {
        String longest = "%C3%A9".repeat(32 * 1024);
        assertEquals("é".repeat(32 * 1024), QueryText.read("text=" + longest));
        assertEquals(413, statusOf("text=" + longest + "a"));
    }

    @Test
    void doesNotEchoWhatWasSent() {
        Refusal error = assertThrows(Refusal.class, () -> QueryText.read("text=secret%FF"));
        assertFalse(error.getMessage().contains("secret"), error.getMessage());
    }

    private static int statusOf(String query) {
        return assertThrows(Refusal.class, () -> QueryText.read(query)).status();
    }
}
