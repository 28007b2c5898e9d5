package microservices.system.torture;

/** Torture cannot be done here as it was asked for; one line says why. */
public final class Impossible extends Exception {
    private static final long serialVersionUID = 1L;

    Impossible(String message) {
        super(message);
    }
}
