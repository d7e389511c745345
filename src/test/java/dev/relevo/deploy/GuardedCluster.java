package dev.relevo.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.cluster.Cluster;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KnownKinds;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.LabelSelector;
import dev.relevo.cluster.ObjectRef;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * A cluster that lets through only what some roles allow, as Kubernetes' RBAC decides it, and remembers what was used. Rights
 * are written {@code verb group/resource/name}; a name of {@code *} stands for objects of any name.
 */
final class GuardedCluster implements Cluster {
    private final Cluster guarded;
    private final Set<String> granted = new TreeSet<>();
    private final Set<String> used = new TreeSet<>();
    private final BiFunction<ObjectRef, ProxyRequest, ProxyAnswer> proxy;

    /** @param proxy what answers behind the API server's proxy */
    GuardedCluster(Cluster guarded, List<KubeObject> roles, BiFunction<ObjectRef, ProxyRequest, ProxyAnswer> proxy) {
        this.guarded = guarded;
        this.proxy = proxy;
        roles.forEach(role -> role.at("/rules").forEach(this::grant));
    }

    private void grant(JsonNode rule) {
        for (JsonNode group : rule.at("/apiGroups")) {
            for (JsonNode resource : rule.at("/resources")) {
                for (JsonNode verb : rule.at("/verbs")) {
                    String start = verb.asText() + " " + group.asText() + "/" + resource.asText() + "/";
                    if (rule.at("/resourceNames").isMissingNode()) {
                        granted.add(start + "*");
                    }
                    rule.at("/resourceNames").forEach(name -> granted.add(start + name.asText()));
                }
            }
        }
    }

    /** What is allowed and was never needed. */
    Set<String> unused() {
        Set<String> rest = new TreeSet<>(granted);
        rest.removeAll(used);
        return rest;
    }

    private void ask(String verb, Kind kind, String subresource, String name) {
        String resource = KnownKinds.of(kind).orElseThrow().plural();
        String start = verb + " " + kind.group() + "/" + resource + subresource + "/";
        List<String> rights = name.isEmpty() ? List.of(start + "*") : List.of(start + "*", start + name);
        Optional<String> right = rights.stream().filter(granted::contains).findFirst();
        used.add(right.orElseThrow(() -> new AssertionError("No right to " + start + name)));
    }

    @Override
    public Optional<KubeObject> get(ObjectRef ref) {
        ask("get", ref.kind(), "", ref.name());
        return guarded.get(ref);
    }

    @Override
    public Listing list(Kind kind, String namespace, Map<String, String> labels) {
        ask("list", kind, "", "");
        return guarded.list(kind, namespace, labels);
    }

    @Override
    public KubeObject create(KubeObject object) {
        ask("create", object.kind(), "", "");
        return guarded.create(object);
    }

    /** An apply of what is not there is authorised as a create of that name too. */
    @Override
    public KubeObject apply(KubeObject desired, ApplyOptions options) {
        ask("patch", desired.kind(), "", desired.name());
        if (guarded.get(desired.ref()).isEmpty()) {
            ask("create", desired.kind(), "", desired.name());
        }
        return guarded.apply(desired, options);
    }

    @Override
    public KubeObject replace(KubeObject object) {
        ask("update", object.kind(), "", object.name());
        return guarded.replace(object);
    }

    @Override
    public KubeObject merge(ObjectRef ref, ObjectNode patch) {
        ask("patch", ref.kind(), "", ref.name());
        return guarded.merge(ref, patch);
    }

    @Override
    public Deletion delete(ObjectRef ref, DeleteOptions options) {
        ask("delete", ref.kind(), "", ref.name());
        return guarded.delete(ref, options);
    }

    @Override
    public Watching watch(
            Kind kind, String namespace, Map<String, String> labels, Consumer<Map<String, KubeObject>> onChange) {
        askToWatch(kind);
        return guarded.watch(kind, namespace, labels, onChange);
    }

    /** A list stands behind what is followed. */
    @Override
    public Watching follow(
            Kind kind, String namespace, LabelSelector labels, Consumer<Map<String, KubeObject>> onChange) {
        askToWatch(kind);
        return guarded.follow(kind, namespace, labels, onChange);
    }

    private void askToWatch(Kind kind) {
        ask("list", kind, "", "");
        ask("watch", kind, "", "");
    }

    @Override
    public List<String> logs(ObjectRef pod, String container, boolean previous, int lines) {
        ask("get", pod.kind(), "/log", pod.name());
        return guarded.logs(pod, container, previous, lines);
    }

    @Override
    public ProxyAnswer proxy(ObjectRef target, String port, ProxyRequest request) {
        String named = target.name() + (port.isEmpty() ? "" : ":" + port);
        ask(request.method().equals("POST") ? "create" : "get", target.kind(), "/proxy", named);
        return proxy.apply(target, request);
    }

    /** Discovery is open to everybody who is known (Kubernetes' role system:discovery). */
    @Override
    public boolean serves(Kind kind) {
        return guarded.serves(kind);
    }

    @Override
    public String version() {
        return guarded.version();
    }

    @Override
    public String address() {
        return guarded.address();
    }

    @Override
    public void close() {
        guarded.close();
    }
}
