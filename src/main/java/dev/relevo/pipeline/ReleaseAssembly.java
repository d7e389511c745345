package dev.relevo.pipeline;

import dev.relevo.cluster.Cluster;
import dev.relevo.cluster.ClusterRefusal;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.config.RelevoConfig;
import dev.relevo.deploy.plan.Hooks;
import dev.relevo.deploy.release.ReleaseSpec;
import dev.relevo.manifest.Injection;
import dev.relevo.manifest.ManifestError;
import dev.relevo.manifest.Manifests;
import dev.relevo.manifest.Preflight;
import dev.relevo.manifest.ProjectManifests;
import dev.relevo.manifest.Workload;
import dev.relevo.report.Event;
import dev.relevo.report.Problem;
import dev.relevo.traffic.Routes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Puts together what earlier steps have left and the project's manifests: the content of a release. */
public final class ReleaseAssembly {
    private final StepContext context;
    private final RelevoConfig config;
    private final StepResult.Push push;
    private final StepResult.Config configuration;
    private final Optional<StepResult.Build> build;
    private final Injection injection;
    private final Manifests manifests;
    private final Workload workload;

    private ReleaseAssembly(StepContext context) {
        this.context = context;
        this.config = context.config();
        StepResults results = StepResults.of(context.project());
        this.push = results.require(StepResult.Push.class);
        this.configuration = config.configmap().isEmpty()
                ? new StepResult.Config(
                        Optional.empty(), Optional.empty(), Optional.empty(), List.of(), Optional.empty())
                : results.require(StepResult.Config.class);
        this.build = results.find(StepResult.Build.class);
        Manifests written = ProjectManifests.of(context.project(), config);
        this.workload = ProjectManifests.workload(written, config);
        this.injection =
                new Injection(config.app(), config.environment().namespace(), push.image(), workload, configName());
        this.manifests = injection.into(written);
    }

    /**
     * Reads the project.
     *
     * @throws dev.relevo.report.RelevoException when a step that is needed did not run, or the manifests are of no use
     */
    public static ReleaseAssembly of(StepContext context) {
        return new ReleaseAssembly(context);
    }

    /** The release. */
    public ReleaseSpec spec() {
        List<KubeObject> objects = new ArrayList<>();
        if (configuration.liveName().isPresent()) {
            ConfigMapStep.made(context.project()).ifPresent(objects::add);
        }
        objects.addAll(manifests.objects());
        return new ReleaseSpec(
                config.app(),
                config.environment().namespace(),
                push.image(),
                configuration.hash(),
                objects,
                workloadRef(),
                // Where the choice is left open, whoever sees the cluster chooses.
                config.deploy().strategy().named().orElse(StrategyName.ROLLING),
                build.flatMap(StepResult.Build::revision),
                config.deploy().schema(),
                build.flatMap(StepResult.Build::committedAt));
    }

    /**
     * What is done around its deploy.
     *
     * @throws dev.relevo.report.RelevoException with {@link ManifestError#HOOK_JOB} when a hook's Job is none
     */
    public Hooks hooks() {
        return new ProjectHooks(context.project(), injection).of(config.deploy());
    }

    /**
     * Says what could cost requests or can never work, before anything is touched.
     *
     * @param strategy how the traffic is handed over
     * @throws dev.relevo.report.RelevoException with {@link ManifestError#UNSAFE} when the deploy can never end well, and with
     *     {@link ManifestError#STRICT} when it is to be strict and could lose requests
     */
    public void preflight(Cluster cluster, StrategyName strategy) {
        List<Preflight.Warning> warnings = new ArrayList<>(
                Preflight.check(manifests, injected(), live(cluster, strategy), config.deploy(), strategy));
        for (Preflight.Warning warning : warnings) {
            if (warning.severity() == Preflight.Severity.ERROR) {
                throw Problem.of(ManifestError.UNSAFE, warning.text())
                        .remedy(warning.remedy())
                        .asException();
            }
        }
        if (config.deploy().strict() && !warnings.isEmpty()) {
            throw StrictPreflight.refusal(warnings);
        }
        warnings.forEach(
                warning -> context.events().emit(new Event.Warning(warning.text(), warning.remedy(), place(warning))));
    }

    /** Where the object is written that the warning names. */
    private Optional<String> place(Preflight.Warning warning) {
        return manifests.items().stream()
                .filter(item -> item.source().line() > 0)
                .filter(item -> warning.text()
                        .contains(item.object().kind().name() + "/"
                                + item.object().name()))
                .map(item -> item.source().toString())
                .findFirst();
    }

    /** What the cluster holds that a hand-over meets. */
    private List<KubeObject> live(Cluster cluster, StrategyName strategy) {
        List<KubeObject> live = new ArrayList<>();
        cluster.get(workloadRef()).ifPresent(live::add);
        String namespace = config.environment().namespace();
        for (Kind kind : List.of(Kind.POD_DISRUPTION_BUDGET, Kind.HORIZONTAL_POD_AUTOSCALER, Kind.RESOURCE_QUOTA)) {
            live.addAll(listed(cluster, kind, namespace));
        }
        if (strategy == StrategyName.CANARY) {
            Set<String> services =
                    spec().services().stream().map(KubeObject::name).collect(Collectors.toSet());
            for (Kind kind : List.of(Kind.HTTP_ROUTE, Kind.INGRESS)) {
                listed(cluster, kind, namespace).stream()
                        .filter(route -> services.stream().anyMatch(service -> Routes.leadsTo(route, service)))
                        .forEach(live::add);
            }
        }
        return live;
    }

    private List<KubeObject> listed(Cluster cluster, Kind kind, String namespace) {
        if (!cluster.serves(kind)) {
            return List.of();
        }
        try {
            return cluster.list(kind, namespace, Map.of()).items();
        } catch (ClusterRefusal.Forbidden refused) {
            if (config.deploy().strict()) {
                throw StrictPreflight.unseen(kind, refused);
            }
            return List.of();
        }
    }

    /**
     * Lets the API server look at the manifests that carry the traffic, before anything is touched.
     *
     * @throws dev.relevo.report.RelevoException with {@link dev.relevo.cluster.ClusterError#INVALID_OBJECT} when one of them can
     *     never be accepted
     */
    public void rehearse(Cluster cluster) {
        Rehearsal.of(manifests, cluster);
    }

    private Workload injected() {
        return manifests
                .find(workloadRef())
                .map(manifest -> new Workload(manifest, workload.container()))
                .orElse(workload);
    }

    private ObjectRef workloadRef() {
        return new ObjectRef(
                workload.object().kind(),
                config.environment().namespace(),
                workload.object().name());
    }

    private Optional<Injection.ConfigName> configName() {
        return configuration
                .name()
                .flatMap(written -> configuration.liveName().map(live -> new Injection.ConfigName(written, live)));
    }
}
