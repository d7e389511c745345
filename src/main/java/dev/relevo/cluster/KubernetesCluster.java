package dev.relevo.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.report.Problem;
import io.fabric8.kubernetes.client.Config;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A Kubernetes API server over HTTP. Configuration, credentials and TLS are those of the fabric8 client; requests are made
 * with whole JSON trees, which starts faster than typed models and loses no field.
 */
public final class KubernetesCluster implements Cluster {
    /** Whose fields server-side apply owns. */
    public static final String FIELD_MANAGER = "relevo";

    private static final int PAGE = 500;
    /** A cache that lags behind catches up within seconds; the waits double from a tenth of one. */
    private static final int LOOKS_AT_AN_OLD_LIST = 6;

    private static final String JSON = "application/json";

    private final ApiConnection connection;
    private final ApiPaths paths;
    private final Freshness freshness = new Freshness();
    private final WatchPatience watchPatience;
    private final Set<Watching> watches = ConcurrentHashMap.newKeySet();

    KubernetesCluster(ApiConnection connection, WatchPatience watchPatience) {
        this.connection = connection;
        this.paths = new ApiPaths(connection);
        this.watchPatience = watchPatience;
    }

    /**
     * The cluster that a kubeconfig leads to. No request is made yet.
     *
     * @param kubeconfig the file; empty for the usual order: KUBECONFIG, ~/.kube/config, the pod's service account
     * @param context the context in it; empty for its current one
     * @throws dev.relevo.report.RelevoException with {@link ClusterError#NO_KUBECONFIG} or
     *     {@link ClusterError#UNKNOWN_CONTEXT}
     */
    public static KubernetesCluster connect(Optional<Path> kubeconfig, Optional<String> context) {
        Config config = KubeConfigs.resolve(kubeconfig, context);
        return over(config, RetryPolicy.STANDARD, WatchPatience.STANDARD);
    }

    static KubernetesCluster over(Config config, RetryPolicy retries, WatchPatience watchPatience) {
        return new KubernetesCluster(open(config, retries), watchPatience);
    }

    /** A connection to the API server of this configuration. */
    static ApiConnection open(Config config, RetryPolicy retries) {
        Optional<String> context =
                Optional.ofNullable(config.getCurrentContext()).map(named -> named.getName());
        ServerAddress server = new ServerAddress(config.getMasterUrl(), context);
        try {
            return ApiHttp.open(config, server, retries);
        } catch (RuntimeException | GeneralSecurityException | IOException e) {
            throw Problem.of(ClusterError.TLS, "The certificates for the API server " + server + " cannot be used")
                    .detail(String.valueOf(e.getMessage()))
                    .remedy("Check certificate-authority-data, client-certificate-data and client-key-data of this"
                            + " context in the kubeconfig.")
                    .asException(e);
        }
    }

    @Override
    public Optional<KubeObject> get(ObjectRef ref) {
        Optional<String> path = paths.object(ref);
        if (path.isEmpty()) {
            return Optional.empty();
        }
        ApiRequest request = ApiRequest.get(path.get(), "get " + ref);
        ApiAnswer answer = connection.call(request);
        return answer.status() == 404 ? Optional.empty() : Optional.of(object(read(answer, request)));
    }

    @Override
    public Listing list(Kind kind, String namespace, Map<String, String> labels) {
        return list(kind, namespace, LabelSelector.of(labels));
    }

    Listing list(Kind kind, String namespace, LabelSelector labels) {
        String what = "list " + kind + (namespace.isEmpty() ? "" : " in " + namespace);
        for (int attempt = 0; ; attempt++) {
            Listing listing = listOnce(kind, namespace, labels, what);
            if (!freshness.old(kind, listing.resourceVersion())) {
                freshness.saw(kind, listing.resourceVersion());
                return listing;
            }
            if (attempt == LOOKS_AT_AN_OLD_LIST) {
                freshness.giveUp();
                return listing;
            }
            connection.pause(Duration.ofMillis(100L << attempt), what);
        }
    }

    private Listing listOnce(Kind kind, String namespace, LabelSelector labels, String what) {
        String collection = collection(kind, namespace);
        String selector = ApiPaths.selector(kind, labels);
        List<KubeObject> items = new ArrayList<>();
        String next = "";
        while (true) {
            String query = "?limit=" + PAGE + (selector.isEmpty() ? "" : "&" + selector)
                    + (next.isEmpty() ? "" : "&continue=" + ApiPaths.encode(next));
            ApiRequest request = ApiRequest.get(collection + query, what);
            ApiAnswer answer = connection.call(request);
            if (answer.status() == 410 && !next.isEmpty()) {
                // The pages' snapshot is gone: begin again.
                items.clear();
                next = "";
                continue;
            }
            JsonNode body = read(answer, request);
            for (JsonNode item : body.path("items")) {
                ObjectNode whole = (ObjectNode) item;
                whole.put("apiVersion", kind.apiVersion()).put("kind", kind.name());
                items.add(KubeObject.owning(Lean.of(whole)));
            }
            next = body.at("/metadata/continue").asText("");
            if (next.isEmpty()) {
                return new Listing(body.at("/metadata/resourceVersion").asText(""), items);
            }
        }
    }

    /**
     * Whether the present user may do this. Nothing is done.
     *
     * @return empty when the server does not answer such questions
     */
    public Optional<Boolean> allowed(AccessQuestion question) {
        ApiAnswer answer = connection.call(ApiRequest.with(
                "POST",
                "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
                JSON,
                question.review(),
                "ask for the right to " + question));
        JsonNode allowed = answer.json().at("/status/allowed");
        return answer.ok() && allowed.isBoolean() ? Optional.of(allowed.asBoolean()) : Optional.empty();
    }

    @Override
    public KubeObject create(KubeObject object) {
        ApiRequest request = ApiRequest.with(
                "POST",
                collection(object.kind(), object.namespace()) + "?fieldManager=" + FIELD_MANAGER,
                JSON,
                object.tree(),
                "create " + object.ref());
        return written(request, object.ref(), live -> Trees.contains(live.tree(), object.tree()));
    }

    @Override
    public KubeObject apply(KubeObject desired, ApplyOptions options) {
        ApiRequest request = ApiRequest.with(
                "PATCH",
                path(desired.ref()) + "?fieldManager=" + FIELD_MANAGER + (options.force() ? "&force=true" : "")
                        + (options.dryRun() ? "&dryRun=All" : ""),
                "application/apply-patch+yaml",
                desired.tree(),
                "apply " + desired.ref());
        return written(request, desired.ref(), live -> Trees.contains(live.tree(), Trees.unversioned(desired.tree())));
    }

    @Override
    public KubeObject replace(KubeObject object) {
        ApiRequest request = ApiRequest.with(
                "PUT",
                path(object.ref()) + "?fieldManager=" + FIELD_MANAGER,
                JSON,
                object.tree(),
                "replace " + object.ref());
        return written(request, object.ref(), live -> Trees.contains(live.tree(), Trees.unversioned(object.tree())));
    }

    @Override
    public KubeObject merge(ObjectRef ref, ObjectNode patch) {
        ApiRequest request = ApiRequest.with(
                "PATCH",
                path(ref) + "?fieldManager=" + FIELD_MANAGER,
                "application/merge-patch+json",
                patch,
                "patch " + ref);
        return written(request, ref, live -> Trees.merged(live.tree(), Trees.unversioned(patch)));
    }

    @Override
    public Deletion delete(ObjectRef ref, DeleteOptions options) {
        Optional<String> path = paths.object(ref);
        if (path.isEmpty()) {
            return Deletion.NOTHING;
        }
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("apiVersion", "v1").put("kind", "DeleteOptions");
        body.put(
                "propagationPolicy",
                switch (options.propagation()) {
                    case BACKGROUND -> "Background";
                    case FOREGROUND -> "Foreground";
                    case ORPHAN -> "Orphan";
                });
        if (options.uid().isPresent() || options.resourceVersion().isPresent()) {
            ObjectNode preconditions = body.putObject("preconditions");
            options.uid().ifPresent(uid -> preconditions.put("uid", uid));
            options.resourceVersion().ifPresent(version -> preconditions.put("resourceVersion", version));
        }
        ApiRequest request = ApiRequest.with("DELETE", path.get(), JSON, body, "delete " + ref);
        ApiAnswer answer = connection.call(request);
        if (answer.status() == 404) {
            return answer.repeated() ? Deletion.DONE : Deletion.NOTHING;
        }
        if (answer.status() == 409 && answer.repeated() && gone(ref, options)) {
            return Deletion.BEGUN;
        }
        // A Status says that it is gone; what only goes is answered with the object as it is now.
        return read(answer, request).path("kind").asText().equals("Status") ? Deletion.DONE : Deletion.BEGUN;
    }

    /** After a lost answer: whether the object that was to be deleted is not there any more. */
    private boolean gone(ObjectRef ref, DeleteOptions options) {
        Optional<KubeObject> live = get(ref);
        return live.isEmpty()
                || live.get().deleting()
                || options.uid().filter(uid -> !uid.equals(live.get().uid())).isPresent();
    }

    @Override
    public Watching watch(
            Kind kind, String namespace, Map<String, String> labels, Consumer<Map<String, KubeObject>> onChange) {
        return watch(WatchLoop.Start.LIST, kind, namespace, LabelSelector.of(labels), onChange);
    }

    @Override
    public Watching follow(
            Kind kind, String namespace, LabelSelector labels, Consumer<Map<String, KubeObject>> onChange) {
        return watch(WatchLoop.Start.STREAM, kind, namespace, labels, onChange);
    }

    private Watching watch(
            WatchLoop.Start start,
            Kind kind,
            String namespace,
            LabelSelector labels,
            Consumer<Map<String, KubeObject>> onChange) {
        String selector = ApiPaths.selector(kind, labels);
        String stream = collection(kind, namespace) + "?watch=true&allowWatchBookmarks=true"
                + (selector.isEmpty() ? "" : "&" + selector);
        WatchLoop loop = new WatchLoop(
                kind.name(),
                start,
                () -> list(kind, namespace, labels),
                version -> new WatchStream(
                        connection,
                        version.isEmpty() ? stream : stream + "&resourceVersion=" + ApiPaths.encode(version)),
                object -> namespace.isEmpty() && !object.namespace().isEmpty()
                        ? object.namespace() + "/" + object.name()
                        : object.name(),
                onChange,
                watchPatience);
        watches.add(loop);
        return () -> {
            watches.remove(loop);
            loop.close();
        };
    }

    @Override
    public List<String> logs(ObjectRef pod, String container, boolean previous, int lines) {
        ApiRequest request = ApiRequest.get(
                path(pod) + "/log?container=" + ApiPaths.encode(container) + "&tailLines=" + lines + "&limitBytes=65536"
                        + (previous ? "&previous=true" : ""),
                "read the log of " + container + " in " + pod);
        ApiAnswer answer = connection.call(request);
        if (answer.status() == 404 || answer.status() == 400) {
            // No such pod, or no such instance of the container (yet).
            return List.of();
        }
        if (!answer.ok()) {
            throw Refusals.of(answer, request, connection.server());
        }
        return answer.text().lines().toList();
    }

    @Override
    public ProxyAnswer proxy(ObjectRef target, String port, ProxyRequest request) {
        String named = target.name() + (port.isEmpty() ? "" : ":" + port);
        String path = path(new ObjectRef(target.kind(), target.namespace(), named));
        ApiAnswer answer = connection.once(
                request.method(), path + "/proxy" + request.path(), request.headers(), request.timeout());
        return new ProxyAnswer(answer.status(), answer.text());
    }

    @Override
    public boolean serves(Kind kind) {
        return paths.served(kind);
    }

    @Override
    public String version() {
        ApiRequest request = ApiRequest.get("/version", "ask for the version");
        String version =
                read(connection.call(request), request).path("gitVersion").asText("");
        if (version.isBlank()) {
            throw Refusals.notKubernetes(connection.server(), "/version says no gitVersion");
        }
        return version;
    }

    @Override
    public String address() {
        return connection.server().url();
    }

    @Override
    public void close() {
        watches.forEach(Watching::close);
        watches.clear();
        connection.close();
    }

    private KubeObject written(ApiRequest request, ObjectRef ref, Predicate<KubeObject> done) {
        ApiAnswer answer = connection.call(request);
        if (answer.status() == 409 && answer.repeated()) {
            // The answer to an earlier attempt was lost; the conflict may be with ourselves.
            Optional<KubeObject> live = get(ref).filter(done);
            if (live.isPresent()) {
                return live.get();
            }
        }
        return object(read(answer, request));
    }

    private String collection(Kind kind, String namespace) {
        return paths.collection(kind, namespace).orElseThrow(() -> notServed(kind));
    }

    private String path(ObjectRef ref) {
        return paths.object(ref).orElseThrow(() -> notServed(ref.kind()));
    }

    private ClusterRefusal notServed(Kind kind) {
        return new ClusterRefusal.NotFound("The API server " + connection.server() + " does not serve the kind ["
                + kind.name() + "] of [" + kind.apiVersion() + "]");
    }

    private JsonNode read(ApiAnswer answer, ApiRequest request) {
        if (!answer.ok()) {
            throw Refusals.of(answer, request, connection.server());
        }
        JsonNode body = answer.json();
        if (!body.isObject()) {
            throw Refusals.notKubernetes(connection.server(), "the answer to " + request.what() + " is not JSON");
        }
        return body;
    }

    private KubeObject object(JsonNode body) {
        if (body instanceof ObjectNode tree && tree.at("/metadata/name").isTextual()) {
            KubeObject object = KubeObject.of(tree);
            freshness.saw(object.kind(), object.resourceVersion());
            return object;
        }
        throw Refusals.notKubernetes(connection.server(), "an answer holds no object");
    }
}
