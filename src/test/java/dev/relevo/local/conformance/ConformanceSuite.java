package dev.relevo.local.conformance;

import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** A part of the suite, with a cluster of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ConformanceSuite {
    @SuppressWarnings("NullAway.Init")
    TestCluster cluster;

    @BeforeAll
    void openCluster() throws Exception {
        cluster = open();
    }

    /** The cluster that the part needs. */
    TestCluster open() throws IOException {
        return TestCluster.open();
    }

    @AfterAll
    void closeCluster() throws Exception {
        cluster.close();
    }

    String configMaps() {
        return cluster.path("v1", "configmaps");
    }

    String deployments() {
        return cluster.path("apps/v1", "deployments");
    }

    Answer createConfigMap(String name, String data) {
        return cluster.post(configMaps(), "{metadata: {name: " + name + "}, data: " + data + "}")
                .ok();
    }

    /** A Deployment whose pods nobody needs to run: it has no replicas. */
    static String deployment(String name) {
        return """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: %s, labels: {app: %s}}
                spec:
                  replicas: 0
                  selector: {matchLabels: {app: %s}}
                  template:
                    metadata: {labels: {app: %s}}
                    spec:
                      containers:
                      - {name: web, image: "example.com/web:1", ports: [{containerPort: 80}]}
                """.formatted(name, name, name, name);
    }
}
