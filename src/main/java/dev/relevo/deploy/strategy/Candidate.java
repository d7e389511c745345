package dev.relevo.deploy.strategy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.deploy.plan.Observed;
import dev.relevo.deploy.release.Marks;
import dev.relevo.deploy.release.Release;
import dev.relevo.deploy.release.ReleaseSpec;
import dev.relevo.deploy.release.Selector;
import dev.relevo.deploy.release.Template;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A version beside the stable one: a Deployment and a Service of its own, both named {@code <app>-candidate}, or
 * {@code <app>-baseline} for the old version over again. Its pods are told from all others by labels that name app, track and
 * template, so a candidate of another version never mixes in.
 *
 * @param release the release that it runs
 * @param track {@link Marks#CANDIDATE} or {@link Marks#BASELINE}
 */
public record Candidate(Release release, String track) {
    /** The new version. */
    public Candidate(Release release) {
        this(release, Marks.CANDIDATE);
    }

    /**
     * The old version, as old as the candidate, which is compared with it.
     *
     * @param stable the release that serves
     */
    static Candidate baseline(Release stable) {
        return new Candidate(stable, Marks.BASELINE);
    }

    /** Who sends it requests. */
    public enum Exposure {
        /** Only those who ask its own Service: its pods match no other selector of the app. */
        PRIVATE,
        /** The app's Services too: its pods carry their labels. */
        SHARED
    }

    /** Labels that all its pods have, and no others. */
    public Map<String, String> labels() {
        ReleaseSpec spec = release.spec();
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put(Marks.APP, spec.app());
        labels.put(Marks.TRACK, track);
        labels.put(Marks.TEMPLATE, spec.template());
        return labels;
    }

    public ObjectRef ref() {
        return new ObjectRef(Kind.DEPLOYMENT, release.spec().namespace(), name());
    }

    private String name() {
        return release.spec().app() + "-" + track;
    }

    public ObjectRef serviceRef() {
        return new ObjectRef(Kind.SERVICE, release.spec().namespace(), name());
    }

    /**
     * Its Deployment.
     *
     * @param replicas number of pods
     * @param observed whose live selectors a private candidate must not match either
     */
    KubeObject deployment(int replicas, Exposure exposure, Observed observed) {
        KubeObject manifest = release.spec().workloadManifest();
        Set<String> hidden = hidden(exposure, observed);
        return KubeObject.named(ref()).with(tree -> {
            tree.set("spec", manifest.at("/spec").deepCopy());
            ObjectNode spec = (ObjectNode) tree.path("spec");
            spec.put("replicas", replicas);
            ObjectNode match = spec.putObject("selector").putObject("matchLabels");
            labels().forEach(match::put);
            ObjectNode pods = Template.metadata(tree, "labels");
            hidden.forEach(pods::remove);
            labels().forEach(pods::put);
            mark(tree);
        });
    }

    /** The Service that leads to it alone, with the ports of the app's main one. */
    KubeObject service(KubeObject main, Map<String, String> selector) {
        return KubeObject.named(serviceRef()).with(tree -> {
            ObjectNode spec = tree.putObject("spec");
            spec.put("type", "ClusterIP");
            for (JsonNode port : main.at("/spec/ports")) {
                ObjectNode copy = port.deepCopy();
                copy.remove("nodePort");
                spec.withArray("ports").add(copy);
            }
            ObjectNode labels = spec.putObject("selector");
            selector.forEach(labels::put);
            mark(tree);
        });
    }

    /** Pod labels that some selector of the app looks for: a private candidate must not have them. */
    private Set<String> hidden(Exposure exposure, Observed observed) {
        Set<String> keys = new TreeSet<>();
        if (exposure == Exposure.PRIVATE) {
            ReleaseSpec spec = release.spec();
            keys.addAll(spec.workloadManifest()
                    .strings("/spec/selector/matchLabels")
                    .keySet());
            spec.services()
                    .forEach(
                            service -> keys.addAll(Selector.of(service).labels().keySet()));
            observed.services()
                    .values()
                    .forEach(
                            service -> keys.addAll(Selector.of(service).labels().keySet()));
            observed.workload().ifPresent(live -> keys.addAll(live.selector().keySet()));
            keys.removeAll(labels().keySet());
        }
        return keys;
    }

    /** The object as one that is there for the candidate alone. */
    KubeObject marked(KubeObject object) {
        return object.with(this::mark);
    }

    private void mark(ObjectNode tree) {
        ObjectNode metadata = Marks.child(tree, "metadata");
        Marks.child(metadata, "labels")
                .put(Marks.MANAGED_BY, "relevo")
                .put(Marks.APP, release.spec().app())
                .put(Marks.TRACK, track);
        Marks.child(metadata, "annotations").put(Marks.RELEASE, Integer.toString(release.number()));
    }
}
