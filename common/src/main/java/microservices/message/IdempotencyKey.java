package microservices.message;

/**
 * By what a client says that a post may be a repetition: 1 to 255 visible ASCII characters. Of all posts with one key one
 * message is kept.
 */
public final class IdempotencyKey {

    private static final int MOST = 255;

    private IdempotencyKey() {}

    /** Whether this may be a key. */
    public static boolean isValid(String key) {
        return !key.isEmpty() && key.length() <= MOST && key.chars().allMatch(c -> c > ' ' && c < 0x7F);
    }
}
