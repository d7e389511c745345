package dev.relevo.deploy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.deploy.release.Marks;
import dev.relevo.deploy.release.ReleaseSpec;
import dev.relevo.deploy.release.Template;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Releases of the shop in which everything differs that may: template, configuration, routes, scaling, budget, other objects. */
final class RandomReleases {
    private static final String OTHERS_ROUTE = """
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: shop, namespace: dev}
            spec:
              hostnames: [shop.example]
              rules:
                - matches: [{path: {type: PathPrefix, value: /legacy}}]
                  backendRefs: [{name: legacy, port: 80, weight: 7}]
                - filters: [{type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: x, value: "1"}]}}]
                  backendRefs: [{name: shop, port: 80, weight: 90}, {name: other, port: 80, weight: 10}]
            """;

    private final Random random;
    private int versions;

    RandomReleases(Random random) {
        this.random = random;
    }

    ReleaseSpec next() {
        List<String> extras = new ArrayList<>();
        int route = random.nextInt(3);
        if (route > 0) {
            extras.add(route == 1 ? Shop.ROUTE : OTHERS_ROUTE);
        }
        if (random.nextBoolean()) {
            extras.add(Shop.SCALER);
        }
        if (random.nextBoolean()) {
            extras.add(Shop.EXTRA_CONFIG);
        }
        StrategyName strategy = StrategyName.values()[random.nextInt(StrategyName.values().length)];
        ReleaseSpec plain =
                Shop.of("v" + ++versions, strategy, 2 + random.nextInt(3), "app: shop", extras.toArray(String[]::new));
        return new ReleaseSpec(
                plain.app(),
                plain.namespace(),
                plain.image(),
                plain.configHash(),
                plain.manifests().stream().map(this::varied).toList(),
                plain.workload(),
                strategy,
                plain.revision());
    }

    private KubeObject varied(KubeObject object) {
        return object.with(tree -> {
            if (object.kind().equals(Kind.DEPLOYMENT)) {
                deployment(tree);
            } else if (object.kind().equals(Kind.POD_DISRUPTION_BUDGET)) {
                ObjectNode spec = Marks.child(tree, "spec");
                spec.remove("minAvailable");
                spec.put(random.nextBoolean() ? "minAvailable" : "maxUnavailable", 1 + random.nextInt(2));
            } else if (object.kind().equals(Kind.HORIZONTAL_POD_AUTOSCALER)) {
                Marks.child(tree, "spec").put("maxReplicas", 5 + random.nextInt(20));
            } else if (object.name().equals("shop-extra")) {
                Marks.child(tree, "data").put("k" + random.nextInt(4), "v" + random.nextInt(1000));
            } else if (object.kind().equals(Kind.SERVICE) && random.nextBoolean()) {
                ((ArrayNode) tree.at("/spec/ports"))
                        .addObject()
                        .put("name", "metrics")
                        .put("port", 9090);
            }
            if (random.nextInt(3) == 0) {
                Marks.child(Marks.child(tree, "metadata"), "labels").put("tier", "t" + random.nextInt(3));
            }
        });
    }

    private void deployment(ObjectNode tree) {
        ObjectNode container = (ObjectNode) tree.at("/spec/template/spec/containers/0");
        for (int i = random.nextInt(4); i > 0; i--) {
            container.withArray("env").addObject().put("name", "E" + i).put("value", "" + random.nextInt(100));
        }
        if (random.nextBoolean()) {
            Template.metadata(tree, "annotations").put("checksum", Integer.toHexString(random.nextInt()));
        }
        if (random.nextBoolean()) {
            Marks.child(Marks.child(tree, "metadata"), "annotations").put("team", "t" + random.nextInt(3));
        }
    }
}
