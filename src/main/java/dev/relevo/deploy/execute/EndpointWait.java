package dev.relevo.deploy.execute;

import com.fasterxml.jackson.databind.JsonNode;
import dev.relevo.cluster.Cluster;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.deploy.lock.Pace;
import dev.relevo.deploy.lock.Watched;
import dev.relevo.deploy.plan.Operation.AwaitEndpoints;
import dev.relevo.deploy.release.Template;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Follows a Service's EndpointSlices until its ready endpoints are all the ready pods of one version, and nothing else. */
public final class EndpointWait implements AutoCloseable {
    /** The label by which EndpointSlices belong to a Service (Kubernetes). */
    public static final String SERVICE_NAME = "kubernetes.io/service-name";

    private final Cluster cluster;
    private final AwaitEndpoints wanted;
    private final EndpointStream stream;
    private final Pace pace;
    private final Watched pods;
    private Optional<Watched> slices = Optional.empty();

    EndpointWait(Cluster cluster, AwaitEndpoints wanted, EndpointStream stream, Pace pace) {
        this.cluster = cluster;
        this.wanted = wanted;
        this.stream = stream;
        this.pace = pace;
        this.pods = new Watched(cluster, Kind.POD, wanted.service().namespace(), wanted.pods(), pace);
        if (stream.follows(wanted.service())) {
            follow();
        }
    }

    private void follow() {
        ObjectRef service = wanted.service();
        slices = Optional.of(Watched.following(
                cluster,
                Kind.ENDPOINT_SLICE,
                service.namespace(),
                EndpointStream.ofServices(Set.of(service.name())),
                pace));
    }

    /** How far it is. What a stream shows is believed if that is proved, and else worth a question. */
    Progress look() {
        ObjectRef service = wanted.service();
        if (slices.isPresent()) {
            Collection<KubeObject> shown = slices.get().all();
            Progress progress = progress(shown);
            if (progress instanceof Progress.Waiting || stream.proves(service, shown)) {
                return progress;
            }
        }
        Map<String, String> ofService = Map.of(SERVICE_NAME, service.name());
        Progress progress = progress(cluster.list(Kind.ENDPOINT_SLICE, service.namespace(), ofService)
                .items());
        if (progress instanceof Progress.Waiting && slices.isEmpty()) {
            follow();
        }
        return progress;
    }

    private Progress progress(Collection<KubeObject> served) {
        Set<String> ready = readyEndpoints(served);
        Set<String> expected = new TreeSet<>();
        pods.all().stream().filter(this::serves).forEach(pod -> expected.add(pod.name()));
        Set<String> others = new TreeSet<>(ready);
        others.removeAll(expected);
        if (!expected.isEmpty() && ready.equals(expected)) {
            return new Progress.Done(ready.size() + (ready.size() == 1 ? " endpoint" : " endpoints"));
        }
        long there = ready.size() - (long) others.size();
        String detail = there + " of " + expected.size() + " new endpoints"
                + (others.isEmpty() ? "" : ", " + others.size() + " others");
        return new Progress.Waiting(there, expected.size(), "endpoints", detail);
    }

    private boolean serves(KubeObject pod) {
        return !pod.deleting() && wanted.template().equals(Template.ofPod(pod)) && ready(pod);
    }

    static boolean ready(KubeObject pod) {
        for (JsonNode condition : pod.at("/status/conditions")) {
            if ("Ready".equals(condition.path("type").asText())) {
                return "True".equals(condition.path("status").asText());
            }
        }
        return false;
    }

    /** Names of the pods behind ready endpoints. A condition that is not told means ready (EndpointSlice v1). */
    public static Set<String> readyEndpoints(Iterable<KubeObject> slices) {
        Set<String> ready = new TreeSet<>();
        for (KubeObject slice : slices) {
            for (JsonNode endpoint : slice.at("/endpoints")) {
                if (endpoint.at("/conditions/ready").asBoolean(true)) {
                    ready.add(endpoint.at("/targetRef/name")
                            .asText(endpoint.at("/addresses/0").asText()));
                }
            }
        }
        return ready;
    }

    @Override
    public void close() {
        slices.ifPresent(Watched::close);
        pods.close();
    }
}
