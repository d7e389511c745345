package dev.relevo.local.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A node that writes a pod's status")
class StatusWriteTest {
    @TempDir
    Path directory;

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    @DisplayName("does not wait for a container that is telling of itself, which waits for the store")
    void whileAContainerTellsOfItself() throws Exception {
        MeetingStore meeting = new MeetingStore("Killing");
        TestImages images = new TestImages();
        images.add("localhost:5000/web:1", TestImages.sampleServer("1"));
        try (TestCluster cluster = TestCluster.start(directory, images, meeting::over)) {
            cluster.apply("""
                    apiVersion: v1
                    kind: Pod
                    metadata: {name: web, namespace: default}
                    spec:
                      terminationGracePeriodSeconds: 1
                      containers:
                      - name: web
                        image: localhost:5000/web:1
                        ports: [{name: http, containerPort: 8080}]
                        livenessProbe: {httpGet: {path: /broken, port: http}, periodSeconds: 1, failureThreshold: 1}
                    """);

            assertThat(meeting.met()).isTrue();
        }
    }
}
