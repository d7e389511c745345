package dev.relevo.cluster;

import dev.relevo.report.Problem;
import dev.relevo.report.RelevoException;

/** Turns the API server's refusals into exceptions. */
final class Refusals {
    private Refusals() {}

    /** A {@link ClusterRefusal} that a caller may handle, or a {@link RelevoException} where only the user can help. */
    static RuntimeException of(ApiAnswer answer, ApiRequest request, ServerAddress server) {
        String message = Redaction.of(request.body()).apply(answer.message());
        String whole = "Cannot " + request.what() + ": " + message;
        boolean reading = request.method().equals("GET");
        return switch (answer.status()) {
            case 403 -> reading ? forbidden(request, server, message) : new ClusterRefusal.Forbidden(whole);
            case 404 -> new ClusterRefusal.NotFound(whole);
            case 409 -> new ClusterRefusal.Conflict(whole);
            case 400, 405, 413, 415, 422 -> new ClusterRefusal.Invalid(answer.status(), whole);
            default ->
                SchemaFindings.in(answer)
                        .<RuntimeException>map(findings -> malformed(findings, request))
                        .orElseGet(() -> notKubernetes(
                                server, "the answer to " + request.what() + " is " + answer.status() + ": " + message));
        };
    }

    private static ClusterRefusal malformed(SchemaFindings findings, ApiRequest request) {
        Redaction redaction = Redaction.of(request.body());
        String object = request.body()
                .map(sent -> sent.path("kind").asText() + "/"
                        + sent.at("/metadata/name").asText())
                .orElse(request.what());
        return new ClusterRefusal.Malformed(
                redaction.apply(findings.sentence(object)),
                findings.others().stream().map(redaction::apply).toList());
    }

    static RelevoException notKubernetes(ServerAddress server, String why) {
        return Problem.of(ClusterError.NOT_KUBERNETES, "What answers at " + server + " is no Kubernetes API server")
                .detail(why)
                .remedy("Check the server's URL in the kubeconfig; a proxy or a login page may be in between.")
                .asException();
    }

    private static RelevoException forbidden(ApiRequest request, ServerAddress server, String message) {
        return Problem.of(ClusterError.FORBIDDEN, "Not allowed to " + request.what() + " at " + server)
                .detail(message)
                .remedy(ClusterRefusal.BIND_A_ROLE)
                .asException();
    }
}
