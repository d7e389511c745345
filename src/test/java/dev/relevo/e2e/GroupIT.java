package dev.relevo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.relevo.cluster.Kind;
import dev.relevo.e2e.CommandLine.Ended;
import dev.relevo.page.ReadPage;
import dev.relevo.verify.ClusterReach;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two services that go together, from the command line, while users ask both of them. */
@Tag("any-cluster")
class GroupIT {
    @TempDir
    Path folder;

    @Test
    @Timeout(240)
    void bothTakeOverWithoutALostRequestOrNeitherDoes() throws Exception {
        try (Shop shop = new Shop(Site.here(folder), folder, "together")) {
            shop.admit(project(shop, "prices", ""));
            shop.admit(project(shop, "stock", ""));
            Files.writeString(folder.resolve("relevo-group.yaml"), """
                    apiVersion: relevo.dev/v1
                    kind: Group
                    name: checkout
                    members:
                      - {app: stock, after: [prices]}
                      - {app: prices}
                    """);
            Ended first = deploy("v1");
            assertThat(first.status()).as(first.err()).isZero();
            String prices = shop.address("prices");
            String stock = shop.address("stock");
            assertThat(first.out().lines())
                    .as("the addresses that the cluster tells, as the local environment does")
                    .containsExactlyElementsOf(Stream.of("prices", "stock")
                            .flatMap(app -> shop.live(Kind.SERVICE, app).annotation(ClusterReach.URL).stream()
                                    .map(url -> app + " " + url))
                            .toList());

            try (SteadyTraffic toPrices = new SteadyTraffic(prices, 50);
                    SteadyTraffic toStock = new SteadyTraffic(stock, 50)) {
                Ended second = deploy("v2");

                assertThat(second.status()).as(second.err()).isZero();
                for (SteadyTraffic traffic : List.of(toPrices, toStock)) {
                    SteadyTraffic.Seen seen = traffic.seenUntilOnly("v2");
                    assertThat(seen.failures())
                            .as("beside %d answers", seen.answered())
                            .isEmpty();
                    assertThat(seen.versions()).isEqualTo(Set.of("v1", "v2"));
                }
                assertThat(second.err())
                        .containsSubsequence(
                                "prices: Wait until Deployment/prices-candidate is complete",
                                "stock: Wait until Deployment/stock-candidate is complete",
                                "All new versions are ready and verified: from here on the traffic moves",
                                "prices: Give the candidate its share by Service/prices: 100 %",
                                "stock: Give the candidate its share by Service/stock: 100 %",
                                "prices: Record release 2 as deployed",
                                "stock: Record release 2 as deployed");

                Path unused = project(shop, "stock", ", FRONT_PAGE: 500");
                Ended broken = deploy("v3");

                assertThat(broken.status()).as(broken.err()).isEqualTo(7);
                assertThat(broken.err())
                        .contains(
                                "error RLV-701: stock: Smoke check failed: GET / answered 500; expected 200",
                                "prices: Release 3 was rolled back; release 2 serves",
                                "stock: Release 3 was rolled back; release 2 serves");
                assertPageTellsOfBoth();
                for (SteadyTraffic traffic : List.of(toPrices, toStock)) {
                    SteadyTraffic.Seen seen = traffic.seen();
                    assertThat(seen.failures())
                            .as("beside %d answers", seen.answered())
                            .isEmpty();
                    assertThat(seen.versions()).isEqualTo(Set.of("v2"));
                }
            }
            assertThat(shop.names(Kind.DEPLOYMENT)).containsExactlyInAnyOrder("prices", "stock");
            JsonNode status = new ObjectMapper()
                    .readTree(relevo("status", "--group", "relevo-group.yaml", "--json")
                            .out());
            assertThat(status.at("/members/prices/steady").asText()).isEqualTo("yes");
            assertThat(status.at("/members/stock/release").asText())
                    .startsWith("2 (")
                    .contains("with checkout-20");
        }
    }

    private void assertPageTellsOfBoth() throws IOException {
        ReadPage page = ReadPage.in(folder.resolve(".relevo/report.html"));
        assertThat(page.verdict()).startsWith("↩ failed and rolled back stock: Smoke check failed");
        assertThat(page.select("h1")).containsExactly("relevo deploy: group checkout (prices to here, stock to here)");
        assertThat(page.select("#hand-over ~ h3")).containsExactly("prices", "stock");
        assertThat(page.section("hand-over")).contains("✘ GET /: GET / answered 500; expected 200");
    }

    private Ended deploy(String version) {
        return relevo(
                "deploy", "--group", "relevo-group.yaml", "-e", "here", "--set", "service.env.VERSION=" + version);
    }

    private Ended relevo(String... words) {
        return new CommandLine(folder).relevo(words);
    }

    /**
     * A working copy with what earlier steps have left.
     *
     * @param more variables of the app
     */
    private Path project(Shop shop, String app, String more) throws IOException {
        Path project = Files.createDirectories(folder.resolve(app));
        Files.writeString(project.resolve("relevo.yaml"), """
                app: %s
                defaultEnvironment: here
                image: {repository: "%s"}
                service: {%sreplicas: 1, probes: {readiness: /ready}, env: {VERSION: none%s}}
                deploy: {strategy: blue-green, blueGreen: {bake: 1s}}
                verify: {http: [{path: /, within: 2s}]}
                environments:
                  here: {kubeconfig: "%s", namespace: %s}
                """.formatted(
                app, shop.repository(), shop.site().drain(), more, shop.deployerKubeconfig(), shop.namespace()));
        shop.pushedFor(project);
        return project;
    }
}
