package microservices.messages;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import microservices.message.Message;

/** The messages that this replica holds, in memory. Written by the consumer's thread, read by HTTP's. */
final class MessageStore {

    private final Lock lock = new ReentrantLock();

    /** Guarded by lock. By id, which is by acceptance. */
    private final SortedMap<String, String> texts = new TreeMap<>();

    /** Adds messages; returns those that were not here before. */
    List<Message> add(Collection<Message> messages) {
        lock.lock();
        try {
            return messages.stream()
                    .filter(message -> texts.putIfAbsent(message.id(), message.text()) == null)
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    /** Lets go of messages. */
    void remove(Collection<String> ids) {
        lock.lock();
        try {
            texts.keySet().removeAll(ids);
        } finally {
            lock.unlock();
        }
    }

    /** All messages, in the order of acceptance. */
    List<Message> messages() {
        lock.lock();
        try {
            return texts.entrySet().stream()
                    .map(entry -> new Message(entry.getKey(), entry.getValue()))
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    /** The texts of all messages, in the order of acceptance: a copy, so that a slow reader holds nobody up. */
    List<String> texts() {
        lock.lock();
        try {
            return new ArrayList<>(texts.values());
        } finally {
            lock.unlock();
        }
    }

    int size() {
        lock.lock();
        try {
            return texts.size();
        } finally {
            lock.unlock();
        }
    }
}
