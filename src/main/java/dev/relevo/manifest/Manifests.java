package dev.relevo.manifest;

import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.report.Problem;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The desired objects of an app, in the order in which they are applied; no object is there twice. */
public record Manifests(List<Manifest> items) {
    /** @throws dev.relevo.report.RelevoException with {@link ManifestError#DUPLICATE} */
    public Manifests {
        items = items.stream()
                .sorted(Comparator.comparingInt(
                        item -> ApplyOrder.of(item.object().kind())))
                .toList();
        Map<String, Manifest> seen = new HashMap<>();
        for (Manifest item : items) {
            KubeObject object = item.object();
            String identity = object.kind() + "/" + object.namespace() + "/" + object.name();
            Manifest first = seen.putIfAbsent(identity, item);
            if (first != null) {
                throw Problem.of(ManifestError.DUPLICATE, object.ref() + " is there twice")
                        .detail(first.source().toString())
                        .detail(item.source().toString())
                        .remedy("Remove one of the two, or give it another name.")
                        .asException();
            }
        }
    }

    /** The objects without their sources. */
    public List<KubeObject> objects() {
        return items.stream().map(Manifest::object).toList();
    }

    /** The manifests of a kind, whatever its version. */
    public List<Manifest> ofKind(Kind kind) {
        return items.stream()
                .filter(item -> item.object().kind().sameGroupAndName(kind))
                .toList();
    }

    /** The manifest of an object; the namespace is not looked at. */
    public Optional<Manifest> find(Kind kind, String name) {
        return ofKind(kind).stream()
                .filter(item -> item.object().name().equals(name))
                .findFirst();
    }

    /** The manifest of an object. */
    public Optional<Manifest> find(ObjectRef ref) {
        return find(ref.kind(), ref.name());
    }

    /** These manifests with a change made to every object. */
    public Manifests map(UnaryOperator<KubeObject> change) {
        return new Manifests(items.stream()
                .map(item -> new Manifest(change.apply(item.object()), item.source()))
                .toList());
    }
}
