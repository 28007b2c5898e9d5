package microservices.system.browser;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.openqa.selenium.Capabilities;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.net.PortProber;
import org.openqa.selenium.remote.CommandInfo;
import org.openqa.selenium.remote.HttpCommandExecutor;
import org.openqa.selenium.remote.RemoteWebDriver;
import org.openqa.selenium.remote.http.ClientConfig;
import org.openqa.selenium.remote.http.HttpClient;
import org.openqa.selenium.remote.http.HttpMethod;

/** Debian's Chromium without a window, by Debian's chromedriver: what is installed, nothing is downloaded. */
final class Browser implements AutoCloseable {

    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final Path CHROMEDRIVER = Path.of("/usr/bin/chromedriver");
    private static final Duration START_LIMIT = Duration.ofSeconds(30);
    private static final Duration COMMAND_LIMIT = Duration.ofSeconds(30);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ChromeDriverService service;
    private final Driver driver;

    /** A request that a page has made: the page's address, and what it asked for. */
    record Request(String page, String url) {

        boolean isToItsOwnOrigin() {
            return origin(page).equals(origin(url));
        }

        private static String origin(String url) {
            URI uri = URI.create(url);
            return uri.getScheme() + "://" + uri.getRawAuthority();
        }
    }

    /** Knows, beside WebDriver's commands, the browser's own protocol. */
    private static final class Driver extends RemoteWebDriver {

        private static final String COMMAND = "executeCdpCommand";

        Driver(URL url, Capabilities options) {
            super(
                    new HttpCommandExecutor(
                            HttpClient.Factory.createDefault()
                                    .createClient(ClientConfig.defaultConfig()
                                            .baseUrl(url)
                                            .readTimeout(COMMAND_LIMIT)),
                            Map.of(COMMAND, new CommandInfo("/session/:sessionId/goog/cdp/execute", HttpMethod.POST)),
                            url),
                    options);
        }

        JsonNode ask(String command, Map<String, Object> parameters) {
            return JSON.valueToTree(execute(COMMAND, Map.of("cmd", command, "params", parameters))
                    .getValue());
        }
    }

    static boolean isInstalled() {
        return Files.isExecutable(CHROMIUM) && Files.isExecutable(CHROMEDRIVER);
    }

    Browser() throws IOException {
        int port = PortProber.findFreePort();
        service = new ChromeDriverService(
                CHROMEDRIVER.toFile(), port, START_LIMIT, List.of("--port=" + port, "--silent"), System.getenv());
        service.start();
        try {
            driver = new Driver(service.getUrl(), options());
        } catch (RuntimeException e) {
            service.stop();
            throw e;
        }
    }

    private static ChromeOptions options() {
        ChromeOptions options = new ChromeOptions();
        options.setBinary(CHROMIUM.toFile());
        options.addArguments("--headless=new", "--disable-dev-shm-usage", "--lang=en");
        if (System.getProperty("user.name").equals("root")) {
            options.addArguments("--no-sandbox"); // Chromium does not start otherwise
        }
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        logs.enable(LogType.PERFORMANCE, Level.ALL);
        options.setCapability("goog:loggingPrefs", logs);
        options.setExperimentalOption("perfLoggingPrefs", Map.of("enableNetwork", true, "enablePage", false));
        return options;
    }

    RemoteWebDriver driver() {
        return driver;
    }

    /** How large the page is shown, in its own pixels, and how many of the picture's pixels one of them is. */
    void size(int width, int height, double scale) {
        driver.ask(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", scale, "mobile", false));
    }

    /** What the user prefers, as media features: {@code prefers-reduced-motion} to {@code reduce}. */
    void prefer(Map<String, String> features) {
        List<Map<String, String>> list = features.entrySet().stream()
                .map(feature -> Map.of("name", feature.getKey(), "value", feature.getValue()))
                .toList();
        driver.ask("Emulation.setEmulatedMedia", Map.of("features", list));
    }

    /** The whole of an element as WebP. */
    byte[] picture(String element, int quality) throws IOException {
        JsonNode clip = JSON.readTree(script("""
                const { x, y, width, height } = document.querySelector(arguments[0]).getBoundingClientRect();
                return JSON.stringify({ x: x + scrollX, y: y + scrollY, width, height, scale: 1 });""", element));
        JsonNode answer = driver.ask(
                "Page.captureScreenshot",
                Map.of(
                        "format",
                        "webp",
                        "quality",
                        quality,
                        "captureBeyondViewport",
                        true,
                        "clip",
                        JSON.convertValue(clip, Map.class)));
        return Base64.getDecoder().decode(answer.path("data").asText());
    }

    /** Runs a script in the page; it returns a text. */
    String script(String script, Object... arguments) {
        return (String) driver.executeScript(script, arguments);
    }

    /** What the console has said of errors since it was last asked. */
    List<String> errors() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.SEVERE.intValue())
                .map(LogEntry::getMessage)
                .toList();
    }

    /** What pages that came by HTTP have asked for since this was last asked. */
    List<Request> requests() throws IOException {
        List<Request> requests = new ArrayList<>();
        for (LogEntry entry : driver.manage().logs().get(LogType.PERFORMANCE)) {
            JsonNode message = JSON.readTree(entry.getMessage()).path("message");
            JsonNode params = message.path("params");
            if (message.path("method").asText().equals("Network.requestWillBeSent")
                    && params.path("documentURL").asText().startsWith("http")) {
                requests.add(new Request(
                        params.path("documentURL").asText(),
                        params.path("request").path("url").asText()));
            }
        }
        return requests;
    }

    @Override
    public void close() {
        try {
            driver.quit();
        } finally {
            service.stop();
        }
    }
}
