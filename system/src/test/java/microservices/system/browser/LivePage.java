package microservices.system.browser;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import microservices.testing.Await;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.interactions.Actions;

/** The live page as a person uses it: reads it, types, presses. */
final class LivePage {

    private static final Duration POST_LIMIT = Duration.ofSeconds(20);
    private static final int MOST_TABS = 60;
    private static final Pattern ID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private final Browser browser;

    LivePage(Browser browser) {
        this.browser = browser;
    }

    void open(String facade) {
        browser.driver().get(facade + "/live");
    }

    Shown shown() throws IOException {
        return Shown.by(browser);
    }

    /** Waits until the page shows it; returns what is shown then. */
    Shown await(Duration limit, String what, Predicate<Shown> condition) {
        AtomicReference<Shown> last = new AtomicReference<>();
        Await.until(limit, what, () -> {
            last.set(shown());
            if (!condition.test(last.get())) {
                throw new IOException("the page shows " + last.get());
            }
            return true;
        });
        return last.get();
    }

    /** Types a text, presses Enter, and waits until it is kept; returns its id. */
    String post(String text) throws IOException {
        String before = shown().postResult();
        type(text);
        Shown after = await(
                POST_LIMIT,
                text + " is kept",
                shown -> !shown.postResult().equals(before)
                        && ID.matcher(shown.postResult()).find());
        Matcher id = ID.matcher(after.postResult());
        id.find();
        return id.group();
    }

    void type(String text) {
        WebElement field = browser.driver().findElement(By.id("post-text"));
        field.sendKeys(text, Keys.ENTER);
    }

    void press(String selector) {
        browser.driver().findElement(By.cssSelector(selector)).click();
    }

    /** Presses keys where the focus is. */
    void keys(CharSequence... keys) {
        new Actions(browser.driver()).sendKeys(keys).perform();
    }

    /** What the Tab key comes to from the top of the page until it has been everywhere, by id or by whose commands it opens. */
    Set<String> tabStops() {
        browser.driver()
                .executeScript("document.activeElement.blur(); getSelection().removeAllRanges(); scrollTo(0, 0);");
        Set<String> stops = new LinkedHashSet<>();
        for (int tab = 0; tab < MOST_TABS; tab++) {
            keys(Keys.TAB);
            stops.add(browser.script("""
                    const focused = document.activeElement;
                    return focused.id || focused.dataset.commands || focused.getAttribute('role') || focused.tagName;"""));
        }
        return stops;
    }

    /** The commands in the open dialog. */
    List<String> commands() {
        List<String> commands = new ArrayList<>();
        for (WebElement code : browser.driver().findElements(By.cssSelector("#commands code"))) {
            commands.add(code.getText());
        }
        return commands;
    }

    boolean isVisible(String selector) {
        return browser.driver().findElements(By.cssSelector(selector)).stream().anyMatch(WebElement::isDisplayed);
    }

    /** By how many pixels the page is wider than the window. */
    long overhang() {
        return (Long) browser.driver()
                .executeScript("return document.documentElement.scrollWidth - document.documentElement.clientWidth;");
    }

    /** From now on notes what moves, frame by frame. */
    void watchAnimations() {
        browser.driver().executeScript("""
                        window.moved = new Set();
                        const look = () => {
                          for (const one of document.getAnimations()) {
                            const target = one.effect.target;
                            window.moved.add(`${target.tagName} ${target.id || target.className.baseVal || target.className}`);
                          }
                          requestAnimationFrame(look);
                        };
                        look();""");
    }

    /** What has moved since then; empty if nothing has. */
    String moved() {
        return browser.script("return [...window.moved].join(', ');");
    }
}
