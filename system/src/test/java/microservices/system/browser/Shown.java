package microservices.system.browser;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the live page shows at one moment.
 *
 * @param verdict one word, or that the facade is lost
 * @param logged the ids in the log's grid, in the order of their places
 * @param holders id to the replica that holds it by the log's grid; empty if none does
 * @param places by messages replica the ids in its grid, in the order of their places
 * @param held by messages replica the ids that its grid shows as held
 * @param states by replica, up or away
 * @param crossedOut the replicas whose boxes have a cross over them
 * @param events what happened, newest first
 */
record Shown(
        String origin,
        String title,
        String verdict,
        String sentence,
        List<String> logged,
        Map<String, String> holders,
        Map<String, List<String>> places,
        Map<String, Set<String>> held,
        Map<String, String> states,
        Set<String> crossedOut,
        String depth,
        String owner,
        boolean lost,
        String lostText,
        List<String> events,
        boolean holding,
        String heldBack,
        String postResult) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** All at once: no answer of the facade comes between two parts of it. */
    private static final String SCRIPT = """
            const byId = id => document.getElementById(id);
            const cells = grid => [...grid.querySelectorAll('[data-id]')];
            const by = (elements, key, value) => Object.fromEntries(elements.map(one => [key(one), value(one)]));
            const grids = [...document.querySelectorAll('[data-grid]')];
            const boxes = [...document.querySelectorAll('[data-replica]')];
            const cross = box => getComputedStyle(box, '::before');
            const crossed = box => cross(box).content !== 'none' && cross(box).backgroundImage.includes('gradient')
                && box.checkVisibility();
            return JSON.stringify({
              origin: location.origin,
              title: document.title,
              verdict: byId('verdict').dataset.verdict ?? '',
              sentence: byId('verdict').textContent,
              logged: cells(byId('grid-log')).map(cell => cell.dataset.id),
              holders: by(cells(byId('grid-log')), cell => cell.dataset.id, cell => cell.dataset.holder),
              places: by(grids, grid => grid.dataset.grid, grid => cells(grid).map(cell => cell.dataset.id)),
              held: by(grids, grid => grid.dataset.grid,
                  grid => cells(grid).filter(cell => cell.dataset.held === 'yes').map(cell => cell.dataset.id)),
              states: by(boxes, box => box.dataset.replica, box => box.dataset.state),
              crossedOut: boxes.filter(crossed).map(box => box.dataset.replica),
              depth: byId('queue').dataset.depth ?? '',
              owner: byId('queue').dataset.owner ?? '',
              lost: byId('lost').checkVisibility(),
              lostText: byId('lost').textContent,
              events: [...byId('events').children].map(line => line.textContent),
              holding: byId('hold').getAttribute('aria-pressed') === 'true',
              heldBack: byId('held-back').textContent,
              postResult: byId('post-result').textContent
            });""";

    static Shown by(Browser browser) throws JsonProcessingException {
        return JSON.readValue(browser.script(SCRIPT), Shown.class);
    }

    /** The ids of the log's grid in the order of acceptance. */
    List<String> loggedInOrder() {
        return logged.stream().sorted().toList();
    }

    /** Whether everything in the log's grid has a holder. */
    boolean allHeld() {
        return holders.values().stream().noneMatch(String::isEmpty);
    }

    /** The ids of the replicas' grids, each with those replicas that are shown to hold it. */
    Map<String, Set<String>> holdersByGrids() {
        Map<String, Set<String>> byId = new HashMap<>();
        held.forEach((replica, ids) -> ids.forEach(
                id -> byId.computeIfAbsent(id, key -> new TreeSet<>()).add(replica)));
        return byId;
    }

    boolean hasEvent(String text) {
        return events.stream().anyMatch(event -> event.contains(text));
    }
}
