package dev.relevo.local.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.store.ApiError;
import dev.relevo.local.store.ObjectStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The logs of a pod's containers. */
final class Logs {
    private final ObjectStore store;
    private final Optional<PodLogs> podLogs;

    Logs(ObjectStore store, Optional<PodLogs> podLogs) {
        this.store = store;
        this.podLogs = podLogs;
    }

    ApiResponse handle(ApiRequest request, ResourcePath path) {
        if (!request.method().equals("GET")) {
            throw Resources.methodNotAllowed();
        }
        ObjectNode pod = store.get(path.key()).orElseThrow(() -> ApiError.notFound(path.key()));
        String container = container(pod, request.parameter("container"));
        if (pod.at("/spec/nodeName").asText("").isEmpty()) {
            throw ApiError.badRequest("pod " + path.name() + " does not have a host assigned");
        }
        PodLogs source = podLogs.orElseThrow(
                () -> ApiError.of(503, "ServiceUnavailable", "this server has no node, so there are no logs"));
        PodLogs.Query query = new PodLogs.Query(
                path.namespace(),
                path.name(),
                container,
                request.flag("follow"),
                request.flag("previous"),
                request.flag("timestamps"),
                request.number("tailLines"),
                request.number("sinceSeconds"),
                request.number("limitBytes"));
        return new ApiResponse.Stream("text/plain", out -> source.write(query, out));
    }

    private static String container(ObjectNode pod, Optional<String> asked) {
        List<String> names = new ArrayList<>();
        for (String list : List.of("containers", "initContainers", "ephemeralContainers")) {
            for (JsonNode container : pod.path("spec").path(list)) {
                names.add(container.path("name").asText());
            }
        }
        String pods = pod.at("/metadata/name").asText();
        if (asked.isPresent()) {
            if (!names.contains(asked.get())) {
                throw ApiError.badRequest("container " + asked.get() + " is not valid for pod " + pods);
            }
            return asked.get();
        }
        String annotated = pod.path("metadata")
                .path("annotations")
                .path("kubectl.kubernetes.io/default-container")
                .asText("");
        if (names.contains(annotated)) {
            return annotated;
        }
        if (pod.path("spec").path("containers").size() > 1) {
            throw ApiError.badRequest("a container name must be specified for pod " + pods + ", choose one of: ["
                    + String.join(" ", names) + "]");
        }
        return names.get(0);
    }
}
