package microservices.system.launcher;

/** What the user asked for is not possible; one line says why, and what is. */
final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    Refused(String message) {
        super(message);
    }
}
