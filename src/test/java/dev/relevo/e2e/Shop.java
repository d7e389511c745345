package dev.relevo.e2e;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainer;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import dev.relevo.access.LeastRole;
import dev.relevo.cluster.Cluster;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.KubernetesCluster;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.config.ConfigLoader;
import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.config.FlagValue;
import dev.relevo.config.RelevoConfig;
import dev.relevo.deploy.AppStatus;
import dev.relevo.deploy.DeployOutcome;
import dev.relevo.deploy.DeployService;
import dev.relevo.deploy.execute.DiagnosisFinder;
import dev.relevo.deploy.lock.SystemPace;
import dev.relevo.deploy.plan.DeployOptions;
import dev.relevo.deploy.plan.Settings;
import dev.relevo.deploy.release.AppRef;
import dev.relevo.deploy.release.ReleaseSpec;
import dev.relevo.manifest.Injection;
import dev.relevo.manifest.Manifests;
import dev.relevo.manifest.ProjectManifests;
import dev.relevo.manifest.Workload;
import dev.relevo.pipeline.StepResult;
import dev.relevo.pipeline.StepResults;
import dev.relevo.report.Event;
import dev.relevo.report.EventSink;
import dev.relevo.verify.ClusterReach;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/**
 * A namespace of a cluster, an image in its registry, and one app that is deployed from it again and again, with the manifests
 * that Relevo generates and by an identity that may do what {@code relevo rbac} prints and nothing else.
 */
final class Shop implements AutoCloseable {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    private final Site site;
    private final Path project;
    private final Design design;
    private final List<String> namespaces = new ArrayList<>();
    private final String namespace;
    private final Cluster admin;
    private final ObjectRef account;
    private final Cluster deployer;
    /** One for all deploys, which come one after the other: it watches events for as long as the connection lives. */
    private final DiagnosisFinder failures;

    private final String image;

    /**
     * What the app is besides its image.
     *
     * @param verify what its candidates must show, as in relevo.yaml
     * @param deploy how it is deployed, as in relevo.yaml
     * @param kind what makes its pods
     * @param beside manifests beside the generated ones
     */
    record Design(String verify, String deploy, Kind kind, List<String> beside) {
        /** Candidates are asked for their front page. */
        static final Design USUAL = new Design(
                "{http: [{path: /, within: 5s}]}",
                "canary: {steps: [{weight: 20, duration: 1s}]}",
                Kind.DEPLOYMENT,
                List.of());

        Design verified(String how) {
            return new Design(how, deploy, kind, beside);
        }

        Design deployed(String how) {
            return new Design(verify, how, kind, beside);
        }

        Design of(Kind other) {
            return new Design(verify, deploy, other, beside);
        }

        Design beside(String... manifests) {
            return new Design(verify, deploy, kind, List.of(manifests));
        }
    }

    /**
     * The usual app.
     *
     * @param purpose becomes part of the namespace's name
     */
    Shop(Site site, Path folder, String purpose) throws Exception {
        this(site, folder, purpose, Design.USUAL);
    }

    Shop(Site site, Path folder, String purpose, Design design) throws Exception {
        this.site = site;
        this.design = design;
        this.image = push(site, folder);
        this.admin = KubernetesCluster.connect(Optional.of(site.kubeconfig()), Optional.empty());
        this.namespace = makeNamespace(purpose);
        this.account = Deployer.make(admin, namespace);
        this.project = Files.createDirectories(folder.resolve("shop"));
        Files.writeString(project.resolve("relevo.yaml"), """
                app: shop
                image: {repository: "%s"}
                service: {%sreplicas: 2, port: 80, probes: {readiness: /ready}}
                deploy:
                  history: 5
                  blueGreen: {bake: 1s}
                  lockWait: 30s
                %sverify: %s
                environments:
                  here: {namespace: %s, kubeconfig: "%s"}
                """.formatted(
                        repository(),
                        site.drain(),
                        design.deploy().indent(2),
                        design.verify(),
                        namespace,
                        deployerKubeconfig()));
        RelevoConfig config = config(List.of());
        Deployer.allow(admin, account, LeastRole.of(config, manifests(config, image), workload()));
        this.deployer = KubernetesCluster.connect(
                Optional.of(Deployer.kubeconfig(site.kubeconfig(), account, deployerKubeconfig())), Optional.empty());
        this.failures = new DiagnosisFinder(deployer);
    }

    /** Makes a namespace that goes with this shop; nobody else's has its name. */
    String makeNamespace(String purpose) {
        String name =
                "relevo-e2e-" + purpose + "-" + UUID.randomUUID().toString().substring(0, 8);
        Deployer.makeNamespace(admin, name);
        namespaces.add(name);
        return name;
    }

    /** Lets the deploy identity deliver this project too, by what {@code relevo rbac} prints for it. */
    void admit(Path another) {
        RelevoConfig config = config(another, List.of());
        Manifests written = ProjectManifests.of(another, config);
        Deployer.allow(
                admin,
                account,
                LeastRole.of(
                        config,
                        written.objects(),
                        ProjectManifests.workload(written, config).ref()));
    }

    /** Leaves in this project what the step push leaves there. */
    void pushedFor(Path another) {
        StepResults.of(another)
                .write(
                        new StepResults.Run("push", Event.Outcome.DONE, Instant.now(), Duration.ZERO),
                        Optional.of(new StepResult.Push(image, List.of(), 0, 0)),
                        Optional.empty());
    }

    private RelevoConfig config(List<FlagValue> flags) {
        return config(project, flags);
    }

    private static RelevoConfig config(Path project, List<FlagValue> flags) {
        return new ConfigLoader()
                .load(project, Optional.of("here"), Map.of(), flags)
                .config();
    }

    private List<KubeObject> manifests(RelevoConfig config, String imageReference) {
        Manifests written = ProjectManifests.of(project, config);
        Workload workload = ProjectManifests.workload(written, config);
        List<KubeObject> generated =
                new ArrayList<>(new Injection("shop", namespace, imageReference, workload, Optional.empty())
                        .into(written)
                        .objects());
        List<KubeObject> manifests = new ArrayList<>();
        generated.forEach(object -> manifests.add(
                object.kind().equals(Kind.DEPLOYMENT) ? OtherWorkloads.as(design.kind(), object) : object));
        design.beside().forEach(yaml -> manifests.add(object(yaml)));
        return manifests;
    }

    private ObjectRef workload() {
        return new ObjectRef(design.kind(), namespace, "shop");
    }

    /** What an administrator sees of the cluster. */
    Cluster cluster() {
        return admin;
    }

    /** The app's namespace on the command line: relevo.yaml lies here. */
    Path project() {
        return project;
    }

    private AppRef app() {
        return new AppRef("shop", namespace);
    }

    /** An image that is not in the registry. */
    String missingImage() {
        return repository() + "@sha256:" + "0".repeat(64);
    }

    /** The image's name without its digest. */
    String repository() {
        return image.substring(0, image.indexOf('@'));
    }

    private static String push(Site site, Path folder) throws Exception {
        Path classes = Path.of(EchoServer.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        FileEntriesLayer.Builder layer = FileEntriesLayer.builder();
        String packageFolder = EchoServer.class.getPackageName().replace('.', '/');
        try (var files = Files.list(classes.resolve(packageFolder))) {
            for (Path file : files.filter(path -> path.getFileName().toString().startsWith("EchoServer"))
                    .toList()) {
                layer.addEntry(file, AbsoluteUnixPath.get("/app/" + packageFolder + "/" + file.getFileName()));
            }
        }
        String repository = site.registry() + "/shop";
        JibContainerBuilder base = site.baseImage().isPresent()
                ? Jib.from(RegistryImage.named(site.baseImage().get())).setUser("10001")
                : Jib.fromScratch();
        JibContainer pushed = base.addFileEntriesLayer(layer.build())
                .setWorkingDirectory(AbsoluteUnixPath.get("/app"))
                .setEntrypoint(
                        "java",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx32m",
                        "-cp",
                        "/app",
                        EchoServer.class.getName())
                .containerize(Containerizer.to(RegistryImage.named(repository + ":1"))
                        .setAllowInsecureRegistries(true)
                        .setApplicationLayersCache(folder.resolve("jib"))
                        .setBaseImageLayersCache(folder.resolve("jib-base")));
        return repository + "@" + pushed.getDigest();
    }

    /**
     * A version of the app.
     *
     * @param environment variables that make it what it is, good or bad
     */
    ReleaseSpec version(String version, StrategyName strategy, Map<String, String> environment) {
        List<FlagValue> flags = new ArrayList<>(List.of(flag("service.env.VERSION", version)));
        environment.forEach((name, value) -> flags.add(flag("service.env." + name, value)));
        return version(config(flags), strategy, image);
    }

    /** A version whose image is not there. */
    ReleaseSpec withoutImage(String version, StrategyName strategy) {
        return version(config(List.of(flag("service.env.VERSION", version))), strategy, missingImage());
    }

    /** A version that needs a Secret which is not there. */
    ReleaseSpec withoutSecret(String version, StrategyName strategy) {
        List<FlagValue> flags =
                List.of(flag("service.env.VERSION", version), flag("service.envFromSecrets", "[nowhere]"));
        return version(config(flags), strategy, image);
    }

    private static FlagValue flag(String key, String value) {
        return new FlagValue(key, value, "test");
    }

    private ReleaseSpec version(RelevoConfig config, StrategyName strategy, String imageReference) {
        return new ReleaseSpec(
                "shop",
                namespace,
                imageReference,
                Optional.empty(),
                manifests(config, imageReference),
                workload(),
                strategy,
                Optional.empty());
    }

    private KubeObject object(String yaml) {
        try {
            KubeObject read = KubeObject.of((ObjectNode) YAML.readTree(yaml));
            return read.with(tree -> ((ObjectNode) tree.path("metadata")).put("namespace", namespace));
        } catch (IOException e) {
            throw new IllegalArgumentException(yaml, e);
        }
    }

    /** Works as the deploy identity. */
    DeployService service() {
        return service(EventSink.none());
    }

    /** The same where somebody looks on. */
    DeployService service(EventSink events) {
        return service(events, new DiagnosisFinder(deployer));
    }

    private DeployService service(EventSink events, DiagnosisFinder finder) {
        return new DeployService(
                deployer, events, new SystemPace(), new ClusterReach(deployer), finder, DeployService.processName());
    }

    DeployOutcome deploy(ReleaseSpec spec, Duration patience) {
        return service(EventSink.none(), failures).deploy(spec, options(spec.strategy(), patience));
    }

    /** Back to the release before the present one. */
    DeployOutcome rollback(StrategyName strategy, Duration patience) {
        return service().rollback(app(), OptionalInt.empty(), options(strategy, patience));
    }

    /** How a blue-green deploy is run that keeps the old version warm for so long. */
    DeployOptions baking(String bake) {
        return options(StrategyName.BLUE_GREEN, Duration.ofSeconds(60), flag("deploy.blueGreen.bake", bake));
    }

    /** How a blue-green deploy is run that fails where its candidate cannot be asked through a preview route. */
    DeployOptions previewing() {
        return options(StrategyName.BLUE_GREEN, Duration.ofSeconds(60), flag("deploy.blueGreen.preview", "required"));
    }

    /** How a deploy is run. */
    DeployOptions options(StrategyName strategy, Duration patience, FlagValue... flags) {
        DeployOptions usual = DeployOptions.of(config(List.of(flags)));
        Settings written = usual.settings();
        Settings settings = new Settings(
                written.history(),
                written.prune(),
                written.bake(),
                written.preview(),
                written.steps(),
                written.route(),
                written.baseline(),
                written.verify(),
                written.auto(),
                written.hooks(),
                site.settle());
        return new DeployOptions(
                strategy,
                settings,
                usual.rollback(),
                usual.createNamespace(),
                patience,
                usual.lockWait(),
                usual.lease());
    }

    /** The image that every working version has. */
    String image() {
        return image;
    }

    /** An administrator's way into the cluster. */
    Path kubeconfig() {
        return site.kubeconfig();
    }

    /** The deploy identity's way into the cluster. */
    Path deployerKubeconfig() {
        return project.resolve("deployer.kubeconfig");
    }

    String namespace() {
        return namespace;
    }

    Site site() {
        return site;
    }

    /** Where users reach the app. */
    String address() {
        return address("shop");
    }

    /** Where users reach this Service. */
    String address(String service) {
        return site.address(live(Kind.SERVICE, service));
    }

    /** An object as it is in the cluster now. */
    KubeObject live(Kind kind, String name) {
        return admin.get(new ObjectRef(kind, namespace, name)).orElseThrow();
    }

    AppStatus status() {
        return service().status(app()).orElseThrow();
    }

    /** What became of the releases, the oldest first. */
    List<String> history() {
        return service().history(app()).stream()
                .map(record -> record.status().word())
                .toList();
    }

    List<String> names(Kind kind) {
        return admin.list(kind, namespace, Map.of()).items().stream()
                .map(KubeObject::name)
                .toList();
    }

    @Override
    public void close() {
        for (String made : namespaces) {
            Cluster.Deletion unused =
                    admin.delete(new ObjectRef(Kind.NAMESPACE, "", made), Cluster.DeleteOptions.background());
        }
        deployer.close();
        admin.close();
        site.close();
    }
}
