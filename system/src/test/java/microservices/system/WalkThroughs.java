package microservices.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import microservices.system.Client.Lists;
import microservices.testing.Await;

/** The two walk-throughs of the README as stories, for whatever starts and stops the replicas. */
final class WalkThroughs {

    /** How often each story is told in a row: {@code mvn verify -Dit.test=WalkThroughSystemTest -Dtimes=10}. */
    static final int TIMES = Integer.getInteger("times", 1);

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    /** As promised, after trouble. */
    private static final Duration POSTS_SUCCEED_AFTER = Duration.ofSeconds(15);

    /** Who runs the replicas: {@code ./run}'s processes, or containers. */
    interface Stage {
        /** A client of the facade with this name. */
        Client client(String facade);

        void stop(List<String> replicas) throws Exception;

        void kill(List<String> replicas) throws Exception;

        void start(List<String> replicas) throws Exception;

        /** The lines of a replica's log that contain a text. */
        List<String> logLines(String replica, String text) throws Exception;
    }

    private static final List<String> MESSAGES = List.of("messages-service-1", "messages-service-2");
    private static final List<String> FACADES = List.of("facade-service-1", "facade-service-2");
    private static final List<String> LOGGING = List.of("logging-service-1", "logging-service-2", "logging-service-3");

    private final Stage stage;
    /** Makes this story's texts different from those of the stories before it. */
    private final String story = UUID.randomUUID().toString().substring(0, 8);

    WalkThroughs(Stage stage) {
        this.stage = stage;
    }

    /** Ten messages: each is logged, each is in exactly one messages replica's list, and the logs tell where. */
    void tenMessages() throws Exception {
        Client facade = stage.client("facade-service-1");
        List<String> sent = texts(1, 10);
        Map<String, String> ids = post(facade, sent);

        for (int reading = 0; reading < 5; reading++) {
            assertEquals(sent, ofThisStory(facade.read().logged()), "the first list, reading " + reading);
        }
        awaitDelivered(facade, sent);
        assertTold(sent, ids);
        for (String id : ids.values()) {
            assertFollowed(facade, id, 1);
        }
        awaitClosed(facade);
    }

    /** Walk-through 2: both messages replicas go, ten more are posted, the queue's owner goes, the replicas come. */
    void messagesReplicasAndQueueOwnerGo(boolean kill) throws Exception {
        List<String> sent = new ArrayList<>(texts(1, 10));
        Map<String, String> ids = post(stage.client("facade-service-1"), sent);
        awaitDelivered(stage.client("facade-service-1"), sent);

        end(MESSAGES, kill);
        List<String> more = texts(11, 20);
        if (kill) {
            postUntilKept(stage.client("facade-service-1"), more);
        } else {
            post(stage.client("facade-service-1"), more);
        }
        sent.addAll(more);

        String owner = queueOwner();
        assertTrue(FACADES.contains(owner), "the queue's owner is a facade now: " + owner);
        end(List.of(owner), kill);
        stage.start(MESSAGES);
        Client survivor = stage.client(FACADES.get(1 - FACADES.indexOf(owner)));
        awaitDelivered(survivor, sent);

        stage.start(List.of(owner));
        awaitDelivered(stage.client(owner), sent);
        assertEquals(sent, ofThisStory(survivor.read().logged()));
        for (String id : ids.values()) {
            assertFollowed(survivor, id, 2);
        }
        awaitClosed(survivor);
    }

    private void end(List<String> replicas, boolean kill) throws Exception {
        if (kill) {
            stage.kill(replicas);
        } else {
            stage.stop(replicas);
        }
    }

    private List<String> texts(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(n -> story + "-msg" + n).toList();
    }

    private static Map<String, String> post(Client facade, List<String> texts) throws Exception {
        Map<String, String> ids = new HashMap<>();
        for (String text : texts) {
            HttpResponse<String> answer = facade.post(text);
            assertEquals(201, answer.statusCode(), answer.body());
            assertEquals(text, Client.json(answer).get("msg").asText());
            ids.put(text, Client.json(answer).get("id").asText());
        }
        return ids;
    }

    /**
     * A container's address is gone with it, and now and then the last word of its connection, too. Then nothing but
     * silence tells that it was killed, and posts get 503 for ten seconds: sent again with their key they are kept once.
     */
    private static void postUntilKept(Client facade, List<String> texts) throws Exception {
        for (String text : texts) {
            Await.until(POSTS_SUCCEED_AFTER, text + " is kept", () -> {
                HttpResponse<String> answer = facade.post(text, text);
                assertTrue(answer.statusCode() == 201 || answer.statusCode() == 503, answer.body());
                return answer.statusCode() == 201;
            });
        }
    }

    private String queueOwner() throws Exception {
        HttpResponse<String> health = stage.client("facade-service-1").get("/health");
        return Client.json(health).get("queueOwner").asText();
    }

    /** Waits until the two replicas' lists together are exactly what was sent, and no text is in both. */
    private void awaitDelivered(Client facade, List<String> sent) throws InterruptedException {
        Await.until(PATIENCE, "every message in exactly one list", () -> {
            Map<String, List<String>> held = bothLists(facade);
            List<String> together = new ArrayList<>();
            held.values().forEach(together::addAll);
            List<String> expected = sent.stream().sorted().toList();
            List<String> found = together.stream().sorted().toList();
            if (!found.equals(expected)) {
                throw new IOException("sent " + expected + ", but the replicas hold " + held);
            }
            return true;
        });
    }

    /** Reads until both replicas have answered. */
    private Map<String, List<String>> bothLists(Client facade) throws Exception {
        Map<String, List<String>> held = new HashMap<>();
        for (int reading = 0; held.size() < MESSAGES.size(); reading++) {
            if (reading == 100) { // within a second, where one replica is ready sooner than the other
                throw new IOException("only these have answered: " + held.keySet());
            }
            Lists lists = facade.read();
            held.put(lists.messagesReplica(), ofThisStory(lists.held()));
        }
        return held;
    }

    private List<String> ofThisStory(List<String> texts) {
        return texts.stream().filter(text -> text.startsWith(story)).toList();
    }

    /** A message is found by its id; and so are its lines in the logs, those of each replica that has taken it among them. */
    private void assertFollowed(Client facade, String id, int taken) throws Exception {
        JsonNode way = Client.json(facade.get("/messages/" + id));
        assertEquals(id, way.path("id").asText(), way.toString());
        assertTrue(way.path("logged").asBoolean(), way.toString());
        assertTrue(MESSAGES.contains(way.path("heldBy").asText()), way.toString());
        String line = "identifier='" + id + "'";
        assertTrue(count(FACADES, line) >= 1, "kept: " + line);
        assertTrue(count(LOGGING, line) >= 1, "logged: " + line);
        assertTrue(count(MESSAGES, line) >= taken, "taken: " + line);
    }

    /** By counts and by ids, everything logged is held once. */
    private static void awaitClosed(Client facade) throws Exception {
        Await.until(POSTS_SUCCEED_AFTER, "the status is closed", () -> {
            JsonNode status = Client.json(facade.get("/status"));
            if (!status.path("verdict").asText().equals("closed")) {
                throw new IOException(status.toString());
            }
            long held = 0;
            for (JsonNode one : status.path("held")) {
                held += one.asLong();
            }
            assertEquals(status.path("logged").asLong(), held, status.toString());
            return true;
        });
        JsonNode verified = Client.json(facade.get("/verify"));
        assertEquals("closed", verified.path("verdict").asText(), verified.toString());
    }

    /** The replicas' logs have one line for each message, as the README greps for them. */
    private void assertTold(List<String> sent, Map<String, String> ids) throws Exception {
        for (String text : sent) {
            String line = "text='" + text + "' identifier='" + ids.get(text) + "'";
            assertEquals(1, count(LOGGING, "Received message: " + line), "logged: " + text);
            assertEquals(1, count(MESSAGES, "Received and removed message from MQ: " + line), "taken: " + text);
        }
    }

    private int count(List<String> replicas, String text) throws Exception {
        int count = 0;
        for (String replica : replicas) {
            count += stage.logLines(replica, text).size();
        }
        return count;
    }
}
