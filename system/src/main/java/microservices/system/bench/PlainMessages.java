package microservices.system.bench;

import com.hazelcast.collection.IQueue;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A messages replica of {@link PlainSystem}: takes one message after another into a list of its own. */
public final class PlainMessages {

    private static final Logger LOG = LoggerFactory.getLogger(PlainMessages.class);

    private final IQueue<String> queue = PlainSystem.member("QUEUE_PEERS").getQueue(PlainSystem.QUEUE);

    /** Guarded by itself. */
    private final List<String> held = new ArrayList<>();

    private PlainMessages() {}

    public static void main(String[] args) {
        PlainMessages messages = new PlainMessages();
        new Thread(messages::take, "take").start();
        PlainSystem.serve(routes -> routes.get("/messages", request -> request.json(messages.held())));
    }

    private List<String> held() {
        synchronized (held) {
            return List.copyOf(held);
        }
    }

    private void take() {
        try {
            while (true) {
                String text = queue.take();
                LOG.info("Received message: text='{}'", text);
                synchronized (held) {
                    held.add(text);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
