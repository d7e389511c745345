package dev.relevo.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.config.DeployConfig;
import dev.relevo.config.DeployConfig.StrategyName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Tells before a deploy what will drop requests, dead-lock or be refused. A pure function of manifests and observed objects. */
public final class Preflight {
    private static final int SHORTEST_DRAIN_SECONDS = 2;

    private final Manifests manifests;
    private final KubeObject deployment;
    private final JsonNode container;
    private final Collection<KubeObject> live;
    private final DeployConfig deploy;
    private final StrategyName strategy;
    private final List<Warning> found = new ArrayList<>();

    /**
     * One thing to look at.
     *
     * @param severity whether the deploy can be carried out nevertheless
     * @param text the fact, naming object and value
     * @param remedy what to do
     */
    public record Warning(Severity severity, String text, String remedy) {}

    /** How bad it is. */
    public enum Severity {
        /** The deploy works, but requests may be lost. */
        WARNING,
        /** The cluster will refuse it, or it can never end. */
        ERROR
    }

    private Preflight(
            Manifests manifests,
            Workload workload,
            Collection<KubeObject> live,
            DeployConfig deploy,
            StrategyName strategy) {
        this.manifests = manifests;
        this.deployment = workload.object();
        this.container = find(deployment, workload.container());
        this.live = live;
        this.deploy = deploy;
        this.strategy = strategy;
    }

    /**
     * Everything worth a warning, errors first.
     *
     * @param manifests of the release
     * @param workload the app's Deployment among them
     * @param live what is in the cluster now, as far as it was observed: the Deployment, PodDisruptionBudgets,
     *     autoscalers, ResourceQuotas, and routes that lead to the app
     * @param deploy the settings of the strategies
     * @param strategy how the traffic is handed over
     */
    public static List<Warning> check(
            Manifests manifests,
            Workload workload,
            Collection<KubeObject> live,
            DeployConfig deploy,
            StrategyName strategy) {
        Preflight preflight = new Preflight(manifests, workload, live, deploy, strategy);
        preflight.selector();
        if (strategy != StrategyName.BIG_BANG) {
            preflight.readiness();
            preflight.drain();
            preflight.unavailable();
        }
        preflight.budgets();
        preflight.quotas();
        preflight.ratio();
        preflight.found.sort(java.util.Comparator.comparing(warning -> warning.severity() != Severity.ERROR));
        return List.copyOf(preflight.found);
    }

    private void selector() {
        Optional<KubeObject> current = current();
        JsonNode wanted = deployment.at("/spec/selector");
        // The other strategies put a new Deployment in its place, which has any selector.
        boolean inPlace = strategy == StrategyName.ROLLING || strategy == StrategyName.CANARY;
        if (inPlace
                && current.isPresent()
                && !current.get().at("/spec/selector").equals(wanted)) {
            add(
                    Severity.ERROR,
                    "The selector of Deployment/" + deployment.name() + " is immutable and would change from "
                            + current.get().at("/spec/selector/matchLabels") + " to "
                            + deployment.at("/spec/selector/matchLabels"),
                    "Keep the selector, or deploy this release once with --strategy blue-green (without downtime) or"
                            + " big-bang.");
        }
        Map<String, String> labels = deployment.strings("/spec/template/metadata/labels");
        Map<String, String> selected = deployment.strings("/spec/selector/matchLabels");
        if (!labels.entrySet().containsAll(selected.entrySet())) {
            add(
                    Severity.ERROR,
                    "The selector " + selected + " of Deployment/" + deployment.name()
                            + " does not match its pods' labels " + labels,
                    "Give the pod template the labels of the selector.");
        }
    }

    private void readiness() {
        if (!container.has("readinessProbe")) {
            add(
                    Severity.WARNING,
                    "Container [" + container.path("name").asText() + "] of Deployment/" + deployment.name()
                            + " has no readiness probe: it gets requests before it can answer them",
                    "Add a readinessProbe that asks what a request needs.");
        }
    }

    private void drain() {
        JsonNode preStop = container.at("/lifecycle/preStop");
        int grace = deployment
                .at("/spec/template/spec/terminationGracePeriodSeconds")
                .asInt(30);
        String name = "Container [" + container.path("name").asText() + "] of Deployment/" + deployment.name();
        if (preStop.isMissingNode() && !servedBySelector()) {
            return;
        }
        if (preStop.isMissingNode()) {
            add(
                    Severity.WARNING,
                    name + " has no preStop hook: requests that are on their way when it stops are refused",
                    "Add lifecycle.preStop.sleep.seconds: 5, so that the traffic can move away first.");
            return;
        }
        int sleep = preStop.at("/sleep/seconds").asInt(sleepOf(preStop.at("/exec/command")));
        if (sleep > 0 && sleep < SHORTEST_DRAIN_SECONDS) {
            add(
                    Severity.WARNING,
                    name + " waits only " + sleep + " s before it stops",
                    "Wait some seconds in preStop; proxies need them to notice.");
        }
        if (sleep >= grace) {
            add(
                    Severity.WARNING,
                    name + " sleeps " + sleep + " s in preStop, and its grace period of " + grace
                            + " s is over then: it is killed with requests in it",
                    "Raise terminationGracePeriodSeconds above the sleep plus the longest request.");
        }
    }

    private void unavailable() {
        // A canary's Deployment is rolled in the end, and has most of the traffic then. Blue-green's has none.
        if (strategy != StrategyName.ROLLING && strategy != StrategyName.CANARY) {
            return;
        }
        int replicas = replicas();
        if (deployment.at("/spec/strategy/type").asText("RollingUpdate").equals("Recreate")) {
            add(
                    Severity.WARNING,
                    "Deployment/" + deployment.name()
                            + " has the strategy Recreate: it has downtime whenever it is rolled",
                    "Use RollingUpdate with maxSurge 1 and maxUnavailable 0.");
            return;
        }
        int away = unavailable(replicas);
        if (replicas > 0 && away >= replicas) {
            add(
                    Severity.WARNING,
                    "maxUnavailable lets all " + replicas + " pods of Deployment/" + deployment.name()
                            + " go before new ones are ready",
                    "Set spec.strategy.rollingUpdate.maxUnavailable to 0 and maxSurge to 1.");
        }
    }

    private void budgets() {
        int replicas = replicas();
        Map<String, String> labels = deployment.strings("/spec/template/metadata/labels");
        List<KubeObject> budgets = new ArrayList<>();
        manifests.ofKind(Kind.POD_DISRUPTION_BUDGET).forEach(item -> budgets.add(item.object()));
        live.stream()
                .filter(object -> object.kind().sameGroupAndName(Kind.POD_DISRUPTION_BUDGET))
                .filter(object ->
                        budgets.stream().noneMatch(other -> other.name().equals(object.name())))
                .forEach(budgets::add);
        for (KubeObject budget : budgets) {
            Map<String, String> selected = budget.strings("/spec/selector/matchLabels");
            if (selected.isEmpty() || !labels.entrySet().containsAll(selected.entrySet())) {
                continue;
            }
            JsonNode least = budget.at("/spec/minAvailable");
            JsonNode most = budget.at("/spec/maxUnavailable");
            boolean stuck = (!least.isMissingNode() && rounded(least, replicas) >= replicas)
                    || (!most.isMissingNode() && rounded(most, replicas) == 0);
            if (stuck && replicas > 0) {
                add(
                        Severity.WARNING,
                        "PodDisruptionBudget/" + budget.name() + " lets none of the " + replicas
                                + " pods be evicted: node drains hang, and a deploy that needs a drain with them",
                        "Set minAvailable below the number of replicas, or run more of them.");
            }
        }
    }

    /** Pods that cannot be made for want of quota keep a hand-over waiting until its time is over. */
    private void quotas() {
        int pods = beside();
        for (KubeObject object : live) {
            if (!object.kind().sameGroupAndName(Kind.RESOURCE_QUOTA)) {
                continue;
            }
            List<String> missing = pods == 0 ? List.of() : new QuotaRoom(object).missing(pods, deployment);
            if (!missing.isEmpty()) {
                add(
                        Severity.WARNING,
                        "ResourceQuota/" + object.name() + " has no room for the " + pods
                                + (pods == 1 ? " pod" : " pods") + " that " + strategy.written()
                                + " runs beside the old ones: " + String.join("; ", missing),
                        "Raise the quota, lower the requests or the replicas, or use a strategy that needs fewer pods at"
                                + " once.");
            }
        }
    }

    /** The least number of pods that must fit in beside those that run now. */
    private int beside() {
        int replicas = replicas();
        if (current().isEmpty()) {
            return replicas;
        }
        // A rolling update goes on with a single pod more, and with none where one may be missing.
        int rolled = replicas > 0 && unavailable(replicas) == 0 ? 1 : 0;
        return switch (strategy) {
            case BIG_BANG -> 0;
            case ROLLING -> rolled;
            case BLUE_GREEN -> Math.max(1, replicas) + rolled;
            case CANARY -> canary(replicas) + rolled;
        };
    }

    private int canary(int replicas) {
        int percent = deploy.canary().steps().stream()
                .mapToInt(DeployConfig.CanaryConfig.Step::weight)
                .max()
                .orElse(0);
        int candidate = Math.max(1, (int) Math.ceil(replicas * percent / 100.0));
        return deploy.canary().baseline() ? 2 * candidate : candidate;
    }

    private int unavailable(int replicas) {
        return amount(deployment.at("/spec/strategy/rollingUpdate/maxUnavailable"), replicas, "25%");
    }

    private Optional<KubeObject> current() {
        return live.stream()
                .filter(object -> object.kind().sameGroupAndName(Kind.DEPLOYMENT)
                        && object.name().equals(deployment.name()))
                .findFirst();
    }

    private void ratio() {
        if (strategy != StrategyName.CANARY || routed()) {
            return;
        }
        int replicas = Math.max(1, replicas());
        deploy.canary().steps().stream()
                .map(DeployConfig.CanaryConfig.Step::weight)
                .filter(weight -> Math.round(weight / 100.0 * replicas) < 1)
                .findFirst()
                .ifPresent(weight -> add(
                        Severity.WARNING,
                        "Without an HTTPRoute the share of a canary is that of its pods: with " + replicas + " of them "
                                + weight + " % becomes at least " + Math.round(100.0 / (replicas + 1)) + " %",
                        "Route the app with an HTTPRoute, run more replicas, or begin with a greater weight."));
    }

    private boolean routed() {
        return deploy.canary().route().isPresent()
                || !manifests.ofKind(Kind.HTTP_ROUTE).isEmpty()
                || live.stream()
                        .anyMatch(object -> object.kind().sameGroupAndName(Kind.HTTP_ROUTE)
                                || object.kind().sameGroupAndName(Kind.INGRESS));
    }

    private boolean servedBySelector() {
        Map<String, String> labels = deployment.strings("/spec/template/metadata/labels");
        return manifests.ofKind(Kind.SERVICE).stream()
                .map(item -> item.object().strings("/spec/selector"))
                .anyMatch(selected -> !selected.isEmpty() && labels.entrySet().containsAll(selected.entrySet()));
    }

    /** The live number when an autoscaler may own it, else the written one. */
    private int replicas() {
        if (deployment.at("/spec/replicas").isInt()) {
            return deployment.at("/spec/replicas").asInt();
        }
        return current().map(object -> object.at("/spec/replicas").asInt(1)).orElse(1);
    }

    /** A Deployment's maxUnavailable: a number, or percent rounded down. */
    private static int amount(JsonNode value, int replicas, String missing) {
        String text = value.asText(missing).isEmpty() ? missing : value.asText(missing);
        return text.endsWith("%")
                ? Integer.parseInt(text.substring(0, text.length() - 1)) * replicas / 100
                : Integer.parseInt(text);
    }

    /** A disruption budget's number, or percent rounded up. */
    private static int rounded(JsonNode value, int replicas) {
        String text = value.asText();
        return text.endsWith("%")
                ? (int) Math.ceil(Integer.parseInt(text.substring(0, text.length() - 1)) * replicas / 100.0)
                : Integer.parseInt(text);
    }

    private static int sleepOf(JsonNode command) {
        StringBuilder line = new StringBuilder();
        command.forEach(word -> line.append(word.asText()).append(' '));
        var matcher = java.util.regex.Pattern.compile("\\bsleep (\\d+)").matcher(line);
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
    }

    private static JsonNode find(KubeObject deployment, String name) {
        for (JsonNode each : deployment.at(PodTemplates.CONTAINERS)) {
            if (each.path("name").asText().equals(name)) {
                return each;
            }
        }
        return com.fasterxml.jackson.databind.node.MissingNode.getInstance();
    }

    private void add(Severity severity, String text, String remedy) {
        found.add(new Warning(severity, text, remedy));
    }
}
