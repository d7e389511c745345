package dev.relevo.local.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.access.ServiceAccountTokens;
import dev.relevo.local.store.Admission.Part;
import dev.relevo.local.store.ApiError;
import dev.relevo.local.store.ObjectStore;
import dev.relevo.local.store.ResourceTypes;
import java.util.Map;
import java.util.Optional;

/** The verbs on parts of objects. */
final class Subresources {
    private static final Map<String, String> STREAMED =
            Map.of("exec", "exec", "attach", "attach", "portforward", "port-forward");

    private final ObjectStore store;
    private final Patches patches;
    private final Scales scales;
    private final Evictions evictions;
    private final Logs logs;
    private final TokenRequests tokens;
    private final CustomResources custom;
    private final FieldValidation validation;

    Subresources(
            ObjectStore store,
            Patches patches,
            Optional<PodLogs> podLogs,
            ServiceAccountTokens tokens,
            FieldValidation validation,
            CustomResources custom) {
        this.custom = custom;
        this.tokens = new TokenRequests(store, tokens);
        this.store = store;
        this.patches = patches;
        this.scales = new Scales(store);
        this.evictions = new Evictions(store);
        this.logs = new Logs(store, podLogs);
        this.validation = validation;
    }

    ApiResponse handle(ApiRequest request, ResourcePath path) {
        if (path.type().equals(ResourceTypes.POD) && STREAMED.containsKey(path.subresource())) {
            throw ApiError.of(
                    501,
                    "NotImplemented",
                    "the local environment runs pods as processes of this machine and has no kubectl "
                            + STREAMED.get(path.subresource()) + "; "
                            + (path.subresource().equals("portforward")
                                    ? "the pod answers on its own address: kubectl get pod " + path.name() + " -o wide"
                                    : "see what it prints with: kubectl logs " + path.name()));
        }
        boolean known =
                Subresource.of(path.type()).stream().anyMatch(sub -> sub.path().equals(path.subresource()));
        if (!known) {
            throw ApiError.of(404, "NotFound", "the server could not find the requested resource");
        }
        return switch (path.subresource()) {
            case "status" -> status(request, path);
            case "scale" -> scales.handle(request, path);
            case "finalize" -> finalizers(request, path);
            case "eviction" -> evictions.handle(request, path);
            case "binding" -> bind(request, path);
            case "token" -> tokens.handle(request, path);
            default -> logs.handle(request, path);
        };
    }

    private ApiResponse status(ApiRequest request, ResourcePath path) {
        return switch (request.method()) {
            case "GET" ->
                Resources.answer(
                        request,
                        path.type(),
                        200,
                        store.get(path.key()).orElseThrow(() -> ApiError.notFound(path.key())));
            case "PUT" -> {
                ObjectNode object = validation.read(request, path.type());
                Resources.checkName(path, object);
                custom.check(path.type(), object);
                yield Resources.answer(
                        request, path.type(), 200, store.updateStatus(path.key(), object, Resources.options(request)));
            }
            case "PATCH" -> patches.handle(request, path, Part.STATUS);
            default -> throw Resources.methodNotAllowed();
        };
    }

    private ApiResponse finalizers(ApiRequest request, ResourcePath path) {
        if (!request.method().equals("PUT")) {
            throw Resources.methodNotAllowed();
        }
        ObjectNode object = validation.read(request, path.type());
        Resources.checkName(path, object);
        ObjectNode after = store.modifyFinalizers(path.key(), Resources.options(request), before -> object);
        return Resources.answer(request, path.type(), 200, after);
    }

    private ApiResponse bind(ApiRequest request, ResourcePath path) {
        if (!request.method().equals("POST") || !path.type().equals(ResourceTypes.POD)) {
            throw Resources.methodNotAllowed();
        }
        String node = Bodies.object(request).path("target").path("name").asText("");
        store.modify(path.key(), Resources.options(request), pod -> {
            String present = pod.path("spec").path("nodeName").asText("");
            if (!present.isEmpty()) {
                throw ApiError.conflict(
                        path.key(), "pod " + path.name() + " is already assigned to node \"" + present + "\"");
            }
            pod.withObjectProperty("spec").put("nodeName", node);
            return pod;
        });
        ObjectNode status = Representation.header("Status", "v1");
        status.putObject("metadata");
        return ApiResponse.json(201, status.put("status", "Success").put("code", 201));
    }
}
