package dev.relevo.deploy.execute;

import dev.relevo.cluster.Cluster.Watching;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.LabelSelector;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.deploy.plan.Operation.AwaitEndpoints;
import dev.relevo.deploy.plan.Plan;
import dev.relevo.deploy.release.ReleaseSpec;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The EndpointSlices of all Services that a plan waits for, by one stream without a list before it. Such a stream may show the
 * past, and lacks what has not come yet. So it is begun before the first of these Services is written: a slice that was
 * written after its Service comes after all that was there when the stream began, and shows what that write has led to. Each
 * write proves one wait so; what is not proved has to be asked for.
 */
final class EndpointStream {
    /** Kubernetes' default. Where an app has more, a rollout changes whole slices all the while. */
    private static final int ENDPOINTS_OF_A_SLICE = 100;

    private final SharedWatches cluster;
    private final Writer writer;
    private Set<ObjectRef> awaited = Set.of();
    /** For each Service that is followed the write of it that proves nothing (any more); empty when there was none. */
    private final Map<ObjectRef, Optional<KubeObject>> followed = new HashMap<>();

    EndpointStream(SharedWatches cluster, Writer writer) {
        this.cluster = cluster;
        this.writer = writer;
    }

    /** What EndpointSlices of these Services have. */
    static LabelSelector ofServices(Set<String> names) {
        return LabelSelector.in(EndpointWait.SERVICE_NAME, names);
    }

    /**
     * This plan is carried out from here on. Where many pods are waited for only once, at the end of their rollout, one question
     * then takes far less memory than following it.
     */
    void expect(Plan plan) {
        List<AwaitEndpoints> waits = plan.operations().stream()
                .filter(AwaitEndpoints.class::isInstance)
                .map(AwaitEndpoints.class::cast)
                .toList();
        boolean candidateToo =
                waits.stream().map(AwaitEndpoints::pods).distinct().count() > 1;
        awaited = candidateToo || fewPods(plan.release().spec())
                ? waits.stream().map(AwaitEndpoints::service).collect(Collectors.toSet())
                : Set.of();
    }

    private static boolean fewPods(ReleaseSpec spec) {
        return !spec.autoscaled()
                && spec.workloadManifest().at("/spec/replicas").asInt(1) <= ENDPOINTS_OF_A_SLICE;
    }

    /** This object is about to be written. */
    void beforeWriting(ObjectRef ref) {
        if (!awaited.contains(ref) || follows(ref)) {
            return;
        }
        Set<String> names = awaited.stream().map(ObjectRef::name).collect(Collectors.toSet());
        // It ends with the deploy; whoever waits is told what it shows by then.
        Watching unused = cluster.follow(Kind.ENDPOINT_SLICE, ref.namespace(), ofServices(names), slices -> {});
        awaited.forEach(service -> followed.put(service, writer.changed(service)));
    }

    /** Whether the slices of this Service come by the stream. */
    boolean follows(ObjectRef service) {
        return followed.containsKey(service);
    }

    /** Whether these slices are all that the Service has, and what the last write of it has led to. */
    boolean proves(ObjectRef service, Collection<KubeObject> slices) {
        Optional<KubeObject> write = writer.changed(service);
        boolean proved = write.isPresent()
                && !write.equals(followed.get(service))
                && slices.stream().anyMatch(slice -> slice.writtenAfter(write.get()));
        if (proved) {
            followed.put(service, write);
        }
        return proved;
    }
}
