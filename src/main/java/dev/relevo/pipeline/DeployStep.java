package dev.relevo.pipeline;

import dev.relevo.cluster.Cluster;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.config.RelevoConfig;
import dev.relevo.deploy.DeployOutcome;
import dev.relevo.deploy.DeployService;
import dev.relevo.deploy.plan.DeployOptions;
import dev.relevo.deploy.plan.FrozenPlan;
import dev.relevo.deploy.release.ReleaseSpec;
import dev.relevo.report.Event;
import dev.relevo.report.EventSink;
import dev.relevo.verify.ClusterReach;
import java.util.Optional;

/** The step {@code deploy}: hands the traffic over to the image that {@code push} has sent, with its configuration. */
public final class DeployStep {
    /** The step's command name. */
    static final String NAME = "deploy";

    /**
     * Deploys.
     *
     * @param cluster where to
     * @param service deploys there
     * @throws dev.relevo.report.RelevoException when it failed; the exit code tells whether the previous release serves again
     */
    public StepResult.Deploy run(StepContext context, Cluster cluster, DeployService service) {
        return run(context, cluster, service, Optional.empty());
    }

    /**
     * The same by a plan that was agreed to.
     *
     * @param agreed the plan; empty to make one
     * @throws dev.relevo.report.RelevoException as above, and before anything is written when the plan would be another one now
     */
    public StepResult.Deploy run(
            StepContext context, Cluster cluster, DeployService service, Optional<FrozenPlan> agreed) {
        return StepRecorder.run(context, NAME, subject(context), () -> deploy(context, cluster, service, agreed));
    }

    /** What is deployed where, for people. */
    static String subject(StepContext context) {
        RelevoConfig config = context.config();
        return config.app() + " to " + config.environment().name() + " ("
                + config.environment().namespace() + ", "
                + config.deploy().strategy().written() + ")";
    }

    private static StepRecorder.Ended<StepResult.Deploy> deploy(
            StepContext context, Cluster cluster, DeployService service, Optional<FrozenPlan> agreed) {
        ReleaseAssembly assembly = ReleaseAssembly.of(context);
        DeployOptions options = DeployOptions.of(context.config()).withHooks(assembly.hooks());
        ReleaseSpec wanted = service.chosen(assembly.spec(), options);
        assembly.preflight(cluster, wanted.strategy());
        assembly.rehearse(cluster);
        return ended(context, cluster, service.deploy(wanted, options, agreed));
    }

    /** What came of it. */
    static StepRecorder.Ended<StepResult.Deploy> ended(StepContext context, Cluster cluster, DeployOutcome outcome) {
        RelevoConfig config = context.config();
        ReleaseSpec spec = outcome.release().spec();
        StepResult.Deploy result = new StepResult.Deploy(
                spec.app(),
                config.environment().name(),
                spec.namespace(),
                outcome.release().number(),
                spec.strategy().written(),
                spec.image(),
                spec.configHash(),
                outcome.replicas(),
                outcome.hooks().stream().map(StepResult.HookRun::of).toList(),
                address(cluster, spec));
        tell(context.events(), result);
        String summary = "release " + result.release() + ", " + result.replicas()
                + (result.replicas() == 1 ? " replica" : " replicas");
        return outcome.unchanged()
                ? StepRecorder.Ended.unchanged(result, summary + ", as it was")
                : StepRecorder.Ended.done(result, summary);
    }

    private static void tell(EventSink events, StepResult.Deploy result) {
        events.emit(new Event.Produced("image", result.image()));
        events.emit(new Event.Produced("release", Integer.toString(result.release())));
        events.emit(new Event.Produced("strategy", result.strategy()));
        result.address().ifPresent(address -> events.emit(new Event.Produced("address", address)));
    }

    /** Where the app answers from here: what the cluster says of its Service, an Ingress or route to it, or a load balancer. */
    private static Optional<String> address(Cluster cluster, ReleaseSpec spec) {
        for (KubeObject written : spec.services()) {
            Optional<KubeObject> service = cluster.get(written.ref());
            Optional<String> address = service.flatMap(live -> live.annotation(ClusterReach.URL))
                    .or(() -> service.flatMap(DeployStep::balancer));
            if (address.isPresent()) {
                return address;
            }
        }
        return spec.manifests().stream()
                .filter(object ->
                        object.kind().equals(Kind.INGRESS) || object.kind().equals(Kind.HTTP_ROUTE))
                .flatMap(object -> host(object).stream())
                .findFirst();
    }

    private static Optional<String> balancer(KubeObject service) {
        String host = service.at("/status/loadBalancer/ingress/0/hostname")
                .asText(service.at("/status/loadBalancer/ingress/0/ip").asText(""));
        int port = service.at("/spec/ports/0/port").asInt();
        return host.isEmpty() ? Optional.empty() : Optional.of("http://" + host + (port == 80 ? "" : ":" + port));
    }

    private static Optional<String> host(KubeObject route) {
        boolean ingress = route.kind().equals(Kind.INGRESS);
        String host =
                route.at(ingress ? "/spec/rules/0/host" : "/spec/hostnames/0").asText("");
        if (host.isEmpty() || host.startsWith("*")) {
            return Optional.empty();
        }
        boolean secure = ingress && route.at("/spec/tls").size() > 0;
        return Optional.of((secure ? "https://" : "http://") + host);
    }
}
