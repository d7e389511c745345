package dev.relevo;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.stream.Stream;

/** Holds the code to docs/architecture.md. */
@AnalyzeClasses(packages = "dev.relevo", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule CONFIG_AND_REPORT_ARE_LEAVES = only("config", "config", "report");

    @ArchTest
    static final ArchRule REPORT_KNOWS_NOBODY = only("report", "report");

    @ArchTest
    static final ArchRule CLUSTER_KNOWS_NO_DEPLOYING = only("cluster", "cluster", "config", "report");

    @ArchTest
    static final ArchRule TRAFFIC_KNOWS_THE_CLUSTER_ONLY = only("traffic", "traffic", "cluster", "config", "report");

    @ArchTest
    static final ArchRule VERIFY_KNOWS_THE_CLUSTER_ONLY = only("verify", "verify", "cluster", "config", "report");

    @ArchTest
    static final ArchRule PROJECT_STANDS_ALONE = only("project", "project", "config", "report");

    @ArchTest
    static final ArchRule IMAGE_KNOWS_PROJECT = only("image", "image", "project", "registry", "config", "report");

    @ArchTest
    static final ArchRule REGISTRY_KNOWS_NO_CLUSTER = only("registry", "registry", "image", "config", "report");

    @ArchTest
    static final ArchRule MANIFEST_KNOWS_THE_CLUSTERS_OBJECTS =
            only("manifest", "manifest", "project", "cluster", "config", "report");

    @ArchTest
    static final ArchRule DEPLOY_STANDS_ABOVE_CLUSTER_TRAFFIC_AND_VERIFY =
            only("deploy", "deploy", "manifest", "cluster", "traffic", "verify", "config", "report");

    @ArchTest
    static final ArchRule RELEASES_KNOW_NOTHING_OF_DEPLOYING = only("deploy.release", inDeploy("release"));

    @ArchTest
    static final ArchRule THE_LOCK_KNOWS_NO_PLAN = only("deploy.lock", inDeploy("lock", "release"));

    @ArchTest
    static final ArchRule A_PLAN_KNOWS_NO_STRATEGY = only("deploy.plan", inDeploy("plan", "lock", "release"));

    @ArchTest
    static final ArchRule STRATEGIES_WRITE_NOTHING = only("deploy.strategy", inDeploy("strategy", "plan", "release"));

    @ArchTest
    static final ArchRule THE_EXECUTOR_DECIDES_NOTHING =
            only("deploy.execute", inDeploy("execute", "plan", "lock", "release"));

    @ArchTest
    static final ArchRule ACCESS_KNOWS_WHAT_A_DEPLOY_DOES =
            only("access", "access", "deploy", "manifest", "registry", "cluster", "config", "report");

    @ArchTest
    static final ArchRule NOTIFY_STANDS_ALONE = only("notify", "notify", "config", "report");

    @ArchTest
    static final ArchRule TELEMETRY_STANDS_ALONE = only("telemetry", "telemetry", "config", "report");

    @ArchTest
    static final ArchRule ONLY_TELEMETRY_KNOWS_OPENTELEMETRY = noClasses()
            .that()
            .resideOutsideOfPackage("dev.relevo.telemetry..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.opentelemetry..");

    @ArchTest
    static final ArchRule A_PAGE_IS_MADE_OF_DATA_ALONE = only("page", "page", "report");

    @ArchTest
    static final ArchRule PIPELINE_KNOWS_NO_COMMAND_LINE_AND_NO_LOCAL_ENVIRONMENT = noClasses()
            .that()
            .resideInAPackage("dev.relevo.pipeline..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.relevo.cli..", "dev.relevo.local..");

    @ArchTest
    static final ArchRule THE_LOCAL_ENVIRONMENT_KNOWS_KUBERNETES_NOT_RELEVO = only("local", "local", "report");

    /** The launcher leaves them off the class path of commands. */
    @ArchTest
    static final ArchRule ONLY_THE_LOCAL_ENVIRONMENT_KNOWS_ITS_LIBRARIES = noClasses()
            .that()
            .resideOutsideOfPackage("dev.relevo.local..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.undertow..",
                    "org.xnio..",
                    "org.bouncycastle..",
                    "org.postgresql..",
                    "org.tukaani..",
                    "dev.relevo.local.api..",
                    "dev.relevo.local.proxy..",
                    "dev.relevo.local.registry..");

    @ArchTest
    static final ArchRule PACKAGES_HAVE_NO_CYCLES =
            slices().matching("dev.relevo.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule ONLY_THE_COMMAND_LINE_PRINTS = noClasses()
            .that()
            .resideOutsideOfPackage("dev.relevo.cli..")
            .should()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err");

    /** These parts of deploying, and what deploying as a whole may use. */
    private static String[] inDeploy(String... parts) {
        return Stream.concat(
                        Stream.of(parts).map(part -> "deploy." + part),
                        Stream.of("manifest", "cluster", "traffic", "verify", "config", "report"))
                .toArray(String[]::new);
    }

    /** A package may use the named ones and whatever is not ours. */
    private static ArchRule only(String name, String... allowed) {
        String[] packages = new String[allowed.length];
        for (int i = 0; i < allowed.length; i++) {
            packages[i] = "dev.relevo." + allowed[i] + "..";
        }
        DescribedPredicate<JavaClass> forbidden =
                resideInAPackage("dev.relevo..").and(DescribedPredicate.not(resideInAnyPackage(packages)));
        return noClasses()
                .that()
                .resideInAPackage("dev.relevo." + name + "..")
                .should()
                .dependOnClassesThat(forbidden.as("reside in other packages of ours"))
                .allowEmptyShould(true);
    }
}
