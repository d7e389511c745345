package dev.relevo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.e2e.CommandLine.Ended;
import dev.relevo.page.ReadPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a release's configuration when it is taken back, and when only the deploy is tried again. */
@Tag("any-cluster")
class RetriedDeployIT {
    @TempDir
    Path folder;

    @Test
    @Timeout(180)
    void aWithdrawnReleaseLeavesNoConfigurationBehindAndItsRetryMakesItAgain() throws Exception {
        Files.createDirectories(project());
        try (Shop shop = new Shop(Site.here(folder), folder, "retried")) {
            shop.pushedFor(project());
            configured(shop, "one", "");
            assertThat(relevo("configmap").status()).isZero();
            Ended first = relevo("deploy");
            assertThat(first.status()).as(first.err()).isZero();
            List<String> steady = configMaps(shop);
            assertThat(steady).hasSize(1);

            configured(shop, "two", "envFromSecrets: [later]");
            Ended configmap = relevo("configmap");
            assertThat(configmap.status()).as(configmap.err()).isZero();
            String second = configmap.out().strip();
            assertThat(configMaps(shop)).hasSize(2).contains(second);

            Ended failed = relevo("deploy");
            assertThat(failed.status()).as(failed.err()).isEqualTo(7);
            assertThat(failed.err()).contains("error RLV-701", "later", "report: " + page());
            assertPageTellsOfTheRollback();
            assertThat(configMaps(shop))
                    .as("steady state is that of the release that serves")
                    .isEqualTo(steady);

            KubeObject secret = KubeObject.named(new ObjectRef(Kind.SECRET, shop.namespace(), "later"));
            KubeObject unused = shop.cluster().create(secret);
            Ended again = relevo("deploy");
            assertThat(again.status()).as(again.err()).isZero();
            assertThat(configMaps(shop)).contains(second);
            assertThat(shop.status().steady()).isTrue();
        }
    }

    private Path page() {
        return project().resolve(".relevo/report.html");
    }

    private void assertPageTellsOfTheRollback() throws IOException {
        ReadPage page = ReadPage.in(page());
        assertThat(page.verdict()).startsWith("↩ failed and rolled back").contains("later");
        assertThat(page.section("diagnosis"))
                .contains("Release 2 was rolled back; release 1 serves", "What RLV-701 means");
        assertThat(page.select(".diff del")).contains("-  GREETING: one");
        assertThat(page.select(".diff ins")).contains("+  GREETING: two");
        assertThat(page.section("timeline"))
                .contains("Wait until Deployment/shop is complete", "✘ failed", "Record release 2 as rolled-back");
        assertThat(page.drawings().get(0)).startsWith("Share of the new version: 0 % from ");
    }

    private Path project() {
        return folder.resolve("a project");
    }

    private void configured(Shop shop, String greeting, String service) throws IOException {
        Files.writeString(project().resolve("relevo.yaml"), """
                app: shop
                image: {repository: "%s"}
                configmap: {values: {GREETING: %s}}
                service: {%sreplicas: 1, probes: {readiness: /ready}, %s}
                deploy: {timeout: %ds}
                environments:
                  here: {kubeconfig: "%s", namespace: %s, createNamespace: true}
                """.formatted(
                        shop.repository(),
                        greeting,
                        shop.site().drain(),
                        service,
                        shop.site().shortPatience().toSeconds(),
                        shop.kubeconfig(),
                        shop.namespace()));
    }

    private static List<String> configMaps(Shop shop) {
        return shop.names(Kind.CONFIG_MAP).stream()
                .filter(name -> name.startsWith("shop-config-"))
                .toList();
    }

    private Ended relevo(String command) {
        return new CommandLine(project()).relevo(command, "-e", "here");
    }
}
