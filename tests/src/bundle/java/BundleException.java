/// The bundle cannot be made; the message says why and what to do.
final class BundleException extends RuntimeException {
    private static final long serialVersionUID = 1;

    BundleException(String message) {
        super(message);
    }
}
