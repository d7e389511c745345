package dev.relevo.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.config.DeployConfig.PreviewRule;
import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.deploy.plan.DeployOptions;
import dev.relevo.deploy.plan.Observed;
import dev.relevo.deploy.plan.Operation;
import dev.relevo.deploy.plan.Settings;
import dev.relevo.deploy.release.ReleaseSpec;
import dev.relevo.report.Event;
import dev.relevo.report.RelevoException;
import dev.relevo.traffic.PreviewRoute;
import dev.relevo.verify.ClusterReach;
import dev.relevo.verify.Entry;
import dev.relevo.verify.HttpAsk;
import dev.relevo.verify.HttpReply;
import dev.relevo.verify.Reach;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Blue-green asks its candidate the way that users come, before it gets any traffic. */
class PreviewTest {
    private static final String INGRESS = """
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata: {name: shop, namespace: dev}
            spec:
              ingressClassName: nginx
              rules:
                - host: shop.example
                  http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: shop, port: {number: 80}}}}]}
            """;
    private static final ObjectRef PREVIEW = new ObjectRef(Kind.HTTP_ROUTE, "dev", "shop-preview");

    private final SimulatedCluster cluster = new SimulatedCluster();
    private final List<String> warnings = new ArrayList<>();
    private final List<String> progress = new ArrayList<>();

    @BeforeEach
    void theFirstVersionServes() {
        DeployOutcome unused = cluster.deployer(client()).deploy(spec("v1", Shop.ROUTE), Shop.options(true));
    }

    @Test
    void theCandidateIsAskedByARouteOfItsOwnThatGoesBeforeTheSwitch() {
        assertThat(cluster.deployer(client()).plan(spec("v2", Shop.ROUTE), Shop.options(true)).operations().stream()
                        .map(Operation::sentence))
                .containsSubsequence(
                        "Check 1 request through Service/shop-candidate",
                        "Apply HTTPRoute/shop-preview",
                        "Check 1 request by HTTPRoute/shop-preview, as users come",
                        "Delete HTTPRoute/shop-preview: it has no traffic",
                        "Give the candidate its share by Service/shop: 100 %");
    }

    @ParameterizedTest
    @ValueSource(strings = {Shop.ROUTE, INGRESS})
    void whatItAnswersCountsAndTheAppsOwnRouteIsNotTouched(String route) {
        KubeObject own = Shop.object(route);
        DeployOutcome unused = cluster.deployer(client()).deploy(spec("v2", route), Shop.options(true));
        List<String> seen = new ArrayList<>();
        cluster.onEveryStep(() -> seen.add(
                cluster.store().get(own.ref()).orElseThrow().at("/spec").toString()));

        DeployOutcome outcome = cluster.deployer(client()).deploy(spec("v3", route), options(PreviewRule.REQUIRED));

        assertThat(outcome.release().number()).isEqualTo(3);
        assertThat(seen).containsOnly(own.at("/spec").toString());
        Steady.holds(cluster, spec("v3", route), "after the preview");
    }

    @Test
    void aCandidateThatAnswersWronglyThereIsTakenBackWithItsPreview() {
        RelevoException failure = catchThrowableOfType(
                RelevoException.class,
                () -> deployer(answering(new HttpReply(404, "no such host", marked("2")), Optional.empty()))
                        .deploy(spec("v2", Shop.ROUTE), Shop.options(true)));

        assertThat(failure.problem().summary())
                .isEqualTo("Smoke check failed: GET / answered 404; expected 200: no such host");
        assertThat(failure.problem().details()).contains("Release 2 was rolled back; release 1 serves");
        Steady.holds(cluster, spec("v1", Shop.ROUTE), "after the failure");
        assertThat(cluster.sightings().mixtures()).isEmpty();
    }

    @Test
    void anAnswerThatDoesNotShowThatItIsTheCandidatesIsNoPass() {
        Reach reach = answering(new HttpReply(200, "ok"), Optional.empty());

        assertThat(deployer(reach)
                        .deploy(spec("v2", Shop.ROUTE), Shop.options(true))
                        .release()
                        .number())
                .isEqualTo(2);
        assertThat(warnings)
                .containsExactly(
                        "The candidate was not asked by HTTPRoute/shop-preview in dev:"
                                + " the answer of http://edge to GET /, with status 200, does not show that it is the candidate's");
        assertThat(progress)
                .as("whoever watches is told why it is asked again")
                .contains(
                        "the answer of http://edge to GET /, with status 200, does not show that it is the candidate's");
        assertRefused(reach, "does not show that it is the candidate's");
    }

    @Test
    void whereNoWayInIsKnownThatIsSaid() {
        Reach reach = answering(new HttpReply(200, "ok"), Optional.of("the Gateway reports no address"));

        assertThat(deployer(reach)
                        .deploy(spec("v2", Shop.ROUTE), Shop.options(true))
                        .release()
                        .number())
                .isEqualTo(2);
        assertThat(warnings).singleElement().asString().contains("was not asked", "reports no address");
        assertRefused(reach, "reports no address");
    }

    private void assertRefused(Reach reach, String why) {
        RelevoException refused = catchThrowableOfType(
                RelevoException.class,
                () -> deployer(reach).deploy(spec("v3", Shop.ROUTE), options(PreviewRule.REQUIRED)));
        assertThat(refused.problem().summary())
                .startsWith("The candidate could not be asked by")
                .contains(why);
        Steady.holds(cluster, spec("v2", Shop.ROUTE), "after the refusal");
    }

    @Test
    void switchedOffThereIsNone() {
        assertThat(cluster.deployer(client())
                        .plan(spec("v2", Shop.ROUTE), options(PreviewRule.OFF))
                        .operations())
                .noneMatch(Operation.SmokeThrough.class::isInstance);
    }

    @Test
    void anAbortTakesAPreviewAwayThatADeadDeployHasLeft() {
        SimulatedClient dying = client().dyingAt(writesUntilThePreview(), true);
        assertThatThrownBy(() -> cluster.deployer(dying).deploy(spec("v2", Shop.ROUTE), Shop.options(true)))
                .isInstanceOf(SimulatedClient.Killed.class);
        assertThat(cluster.store().get(PREVIEW)).isPresent();
        assertThat(cluster.deployer(client()).status(Shop.APP).orElseThrow().traffic())
                .isEqualTo(Observed.Traffic.STABLE);

        AbortOutcome outcome = cluster.deployer(client()).abort(Shop.APP, Shop.options(true));

        assertThat(outcome.withdrawn()).hasValue(2);
        Steady.holds(cluster, spec("v1", Shop.ROUTE), "after the abort");
    }

    private static int writesUntilThePreview() {
        SimulatedCluster other = new SimulatedCluster();
        DeployOutcome first =
                other.deployer(new SimulatedClient(other)).deploy(spec("v1", Shop.ROUTE), Shop.options(true));
        assertThat(first.release().number()).isEqualTo(1);
        SimulatedClient writer = new SimulatedClient(other);
        DeployOutcome second = other.deployer(writer).deploy(spec("v2", Shop.ROUTE), Shop.options(true));
        assertThat(second.release().number()).isEqualTo(2);
        List<String> writes = writer.writes().stream().map(Object::toString).toList();
        int index = 0;
        while (!writes.get(index).contains("shop-preview")) {
            index++;
        }
        return index + 1;
    }

    @Test
    void requestsComeInWhereTheGatewayOfTheRouteSays() {
        cluster.store().create(Shop.object("""
                apiVersion: gateway.networking.k8s.io/v1
                kind: Gateway
                metadata: {name: edge, namespace: dev}
                spec:
                  listeners:
                    - {name: plain, port: 8080, protocol: HTTP}
                    - {name: secure, port: 443, protocol: HTTPS, hostname: "*.example.com"}
                status: {addresses: [{type: IPAddress, value: 192.0.2.7}]}
                """));

        assertThat(entry("parentRefs: [{name: edge}], hostnames: [shop.example.com]"))
                .isEqualTo(new Entry.At("http://192.0.2.7:8080", Optional.of("shop.example.com")));
        assertThat(entry("parentRefs: [{name: edge, sectionName: secure}]"))
                .isEqualTo(new Entry.At("https://preview.example.com", Optional.empty()));
        assertThat(entry("parentRefs: [{name: nowhere}]"))
                .isEqualTo(new Entry.Unknown("Gateway/nowhere in dev is not there"));
        assertThat(entry("parentRefs: [{kind: Service, name: shop}]"))
                .isEqualTo(new Entry.Unknown("a route of Service/shop in dev is followed inside a mesh only"));
    }

    private Entry entry(String spec) {
        return new ClusterReach(client()).entry(Shop.object("""
                        apiVersion: gateway.networking.k8s.io/v1
                        kind: HTTPRoute
                        metadata: {name: shop, namespace: dev}
                        spec: {%s}
                        """.formatted(spec)));
    }

    /**
     * The cluster's own ways, but at its edge this comes back.
     *
     * @param closed why nobody gets in there
     */
    private Reach answering(HttpReply atEdge, Optional<String> closed) {
        Reach usual = cluster.reach();
        return new Reach() {
            @Override
            public HttpReply send(KubeObject target, HttpAsk ask) throws IOException, InterruptedException {
                return usual.send(target, ask);
            }

            @Override
            public Entry entry(KubeObject route) {
                return closed.<Entry>map(Entry.Unknown::new).orElseGet(() -> usual.entry(route));
            }

            @Override
            public HttpReply send(Entry.At entry, HttpAsk ask) {
                return atEdge;
            }
        };
    }

    private static Map<String, List<String>> marked(String number) {
        return Map.of(PreviewRoute.HEADER.toUpperCase(Locale.ROOT), List.of(number));
    }

    private DeployService deployer(Reach reach) {
        return new DeployService(
                client(),
                event -> {
                    if (event instanceof Event.Warning warning && warning.text().contains("not asked")) {
                        warnings.add(warning.text());
                    } else if (event instanceof Event.TaskProgress waiting) {
                        progress.add(waiting.detail());
                    }
                },
                cluster.pace(),
                reach,
                (deployment, replicaSets, pods) -> Optional.empty(),
                "previewer");
    }

    private SimulatedClient client() {
        return new SimulatedClient(cluster);
    }

    private static ReleaseSpec spec(String version, String route) {
        return Shop.version(version, StrategyName.BLUE_GREEN, route);
    }

    private static DeployOptions options(PreviewRule preview) {
        Settings usual = Shop.settings(true);
        Settings settings = new Settings(
                usual.history(),
                usual.prune(),
                usual.bake(),
                preview,
                usual.steps(),
                usual.route(),
                usual.baseline(),
                usual.verify(),
                usual.auto(),
                usual.hooks(),
                usual.settle());
        return Shop.options(StrategyName.BLUE_GREEN, settings, DeployOptions.LEASE);
    }
}
