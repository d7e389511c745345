package dev.relevo.cluster;

import dev.relevo.report.Problem;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/** What a failed connection means: whether it can heal, whether the request may have arrived, and how to say it. */
final class ConnectionFailure {
    private final Throwable cause;

    ConnectionFailure(Throwable thrown) {
        Throwable found = thrown;
        while ((found instanceof ExecutionException || found instanceof CompletionException)
                && found.getCause() != null) {
            found = found.getCause();
        }
        this.cause = found;
    }

    Throwable cause() {
        return cause;
    }

    /** A certificate that is not trusted will not be trusted in a second either. */
    boolean healable() {
        return in(CertificateException.class).isEmpty() && !handshakeRefused();
    }

    /** Whether the server may have got the request. */
    boolean mayHaveArrived() {
        return in(ConnectException.class).isEmpty() && !unknownHost();
    }

    Problem problem(ServerAddress server, ApiRequest request, Duration spent, int attempts) {
        String evidence = "Last error of " + attempts + (attempts == 1 ? " attempt" : " attempts") + " in "
                + Math.max(1, spent.toSeconds()) + " s: " + words();
        if (in(SSLException.class).isPresent() || in(CertificateException.class).isPresent()) {
            return Problem.of(ClusterError.TLS, "No trusted connection to the API server " + server + ": " + words())
                    .detail("While: " + request.what())
                    .remedy("Check certificate-authority-data, client certificate and server name of this context in"
                            + " the kubeconfig; `kubectl cluster-info` must work with it.");
        }
        if (unknownHost()) {
            return Problem.of(ClusterError.UNREACHABLE, "The API server's host name is not known: " + server)
                    .detail("While: " + request.what())
                    .remedy("Check the server's URL in the kubeconfig, and DNS and VPN on this machine.");
        }
        return Problem.of(ClusterError.UNREACHABLE, "The API server " + server + " does not answer")
                .detail("While: " + request.what())
                .detail(evidence)
                .remedy("Check that the cluster runs and that this machine may reach it (VPN, proxy, firewall);"
                        + " `kubectl cluster-info` shows the same.");
    }

    private boolean unknownHost() {
        return in(UnknownHostException.class).isPresent()
                || in(UnresolvedAddressException.class).isPresent();
    }

    private boolean handshakeRefused() {
        // A reset in the middle of TLS is an SSLException too, but one that heals.
        return in(SSLException.class)
                .map(found -> String.valueOf(found.getMessage()))
                .filter(message -> message.contains("certificate")
                        || message.contains("handshake_failure")
                        || message.contains("Unsupported or unrecognized SSL message")
                        || message.contains("protocol_version"))
                .isPresent();
    }

    private <T extends Throwable> Optional<T> in(Class<T> type) {
        for (Throwable at = cause; at != null; at = at.getCause()) {
            if (type.isInstance(at)) {
                return Optional.of(type.cast(at));
            }
        }
        return Optional.empty();
    }

    private String words() {
        if (cause instanceof TimeoutException
                || cause instanceof SocketTimeoutException
                || cause instanceof java.net.http.HttpTimeoutException) {
            return "no answer in time";
        }
        if (cause instanceof ConnectException
                && (cause.getMessage() == null || cause.getMessage().contains("Connection refused"))) {
            return "connection refused";
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }
}
