package microservices.system.browser;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Pictures of what a browser shows. They go into the folder that {@code -Dpictures=} names, which is how those of the
 * documentation are made, and into the build's folder otherwise.
 */
final class Pictures {

    private static final String FOLDER = System.getProperty("pictures", "");

    private static final int MOST_BYTES = 80 * 1024;
    private static final int WIDTH = 1280;
    private static final int HEIGHT = 800;
    private static final double SCALE = 1;
    private static final int QUALITY = 70;

    private final Browser browser;
    private final Path folder;

    Pictures(Browser browser, Path home) throws IOException {
        this.browser = browser;
        folder = home.resolve(areWanted() ? FOLDER : "system/target/pictures");
        Files.createDirectories(folder);
    }

    /** Whether pictures for the documentation are to be made. */
    static boolean areWanted() {
        return !FOLDER.isBlank();
    }

    /** Takes the live page as it is. */
    void takePage(String name) throws IOException {
        browser.size(WIDTH, HEIGHT, SCALE);
        take(name, "body");
    }

    /** Takes a terminal with these words in it; the page that was open before is left. */
    void takeTerminal(String name, String text) throws IOException {
        browser.size(WIDTH, HEIGHT, SCALE);
        try {
            browser.driver()
                    .get(Pictures.class.getResource("terminal.html").toURI().toString());
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
        browser.script("return show(arguments[0]);", text);
        take(name, "main");
    }

    private void take(String name, String element) throws IOException {
        browser.prefer(Map.of("prefers-reduced-motion", "reduce"));
        byte[] picture = browser.picture(element, QUALITY);
        browser.prefer(Map.of());
        Files.write(folder.resolve(name + ".webp"), picture);
        assertTrue(picture.length < MOST_BYTES, name + " has " + picture.length + " bytes");
    }
}
