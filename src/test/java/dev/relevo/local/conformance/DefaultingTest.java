package dev.relevo.local.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.Test;

class DefaultingTest extends ConformanceSuite {
    private static ObjectNode spec(Answer answer, String... assigned) {
        ObjectNode spec = answer.ok().body().path("spec").deepCopy();
        spec.remove(List.of(assigned));
        return spec;
    }

    @Test
    void completesADeployment() {
        Answer created = cluster.post(deployments(), """
                metadata: {name: complete}
                spec:
                  replicas: 0
                  selector: {matchLabels: {app: a}}
                  template:
                    metadata: {labels: {app: a}, creationTimestamp: null}
                    spec:
                      serviceAccountName: bot
                      containers:
                      - name: web
                        image: web
                        ports: [{containerPort: 80}]
                        env: [{name: IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}]
                        readinessProbe: {httpGet: {port: 80}}
                        livenessProbe: {tcpSocket: {port: 80}}
                        lifecycle: {preStop: {httpGet: {port: 80}}}
                        resources: {limits: {cpu: '1'}}
                      - {name: fixed, image: 'web:1.2'}
                      volumes:
                      - {name: config, configMap: {name: c}}
                      - {name: secret, secret: {secretName: s}}
                      - {name: scratch}
                      - {name: both, projected: {sources: [{configMap: {name: c}}]}}
                """);
        assertThat(spec(created)).isEqualTo(TestCluster.yaml("""
                        replicas: 0
                        selector: {matchLabels: {app: a}}
                        template:
                          metadata: {labels: {app: a}}
                          spec:
                            volumes:
                            - {name: config, configMap: {name: c, defaultMode: 420}}
                            - {name: secret, secret: {secretName: s, defaultMode: 420}}
                            - {name: scratch, emptyDir: {}}
                            - {name: both, projected: {sources: [{configMap: {name: c}}], defaultMode: 420}}
                            containers:
                            - name: web
                              image: web
                              ports: [{containerPort: 80, protocol: TCP}]
                              env: [{name: IP, valueFrom: {fieldRef: {apiVersion: v1, fieldPath: status.podIP}}}]
                              resources: {limits: {cpu: '1'}}
                              livenessProbe:
                                tcpSocket: {port: 80}
                                timeoutSeconds: 1
                                periodSeconds: 10
                                successThreshold: 1
                                failureThreshold: 3
                              readinessProbe:
                                httpGet: {path: /, port: 80, scheme: HTTP}
                                timeoutSeconds: 1
                                periodSeconds: 10
                                successThreshold: 1
                                failureThreshold: 3
                              lifecycle: {preStop: {httpGet: {path: /, port: 80, scheme: HTTP}}}
                              terminationMessagePath: /dev/termination-log
                              terminationMessagePolicy: File
                              imagePullPolicy: Always
                            - name: fixed
                              image: web:1.2
                              resources: {}
                              terminationMessagePath: /dev/termination-log
                              terminationMessagePolicy: File
                              imagePullPolicy: IfNotPresent
                            restartPolicy: Always
                            terminationGracePeriodSeconds: 30
                            dnsPolicy: ClusterFirst
                            serviceAccountName: bot
                            serviceAccount: bot
                            securityContext: {}
                            schedulerName: default-scheduler
                        strategy: {type: RollingUpdate, rollingUpdate: {maxUnavailable: 25%, maxSurge: 25%}}
                        revisionHistoryLimit: 10
                        progressDeadlineSeconds: 600
                        """));
    }

    @Test
    void completesServices() {
        String services = cluster.path("v1", "services");
        Answer plain = cluster.post(services, "{metadata: {name: plain}, spec: {ports: [{port: 80}]}}");
        assertThat(spec(plain, "clusterIP", "clusterIPs")).isEqualTo(TestCluster.yaml("""
                        ports: [{protocol: TCP, port: 80, targetPort: 80}]
                        type: ClusterIP
                        sessionAffinity: None
                        ipFamilies: [IPv4]
                        ipFamilyPolicy: SingleStack
                        internalTrafficPolicy: Cluster
                        """));
        assertThat(plain.at("/status")).isEqualTo(TestCluster.yaml("{loadBalancer: {}}"));
        assertThat(plain.at("/spec/clusterIPs/0")).isEqualTo(plain.at("/spec/clusterIP"));
        Answer headless =
                cluster.post(services, "{metadata: {name: headless}, spec: {clusterIP: None, ports: [{port: 80}]}}");
        assertThat(headless.ok().text("/spec/clusterIPs/0")).isEqualTo("None");
        Answer node = cluster.post(services, "{metadata: {name: node}, spec: {type: NodePort, ports: [{port: 80}]}}");
        assertThat(node.ok().at("/spec/ports/0/nodePort").asInt()).isBetween(30_000, 32_767);
        assertThat(node.text("/spec/externalTrafficPolicy")).isEqualTo("Cluster");
    }

    @Test
    void completesOtherWorkloads() {
        String template = "template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: 'i:1'}]}}";
        Answer stateful = cluster.post(
                cluster.path("apps/v1", "statefulsets"),
                "{metadata: {name: s}, spec: {replicas: 0, serviceName: x, selector: {matchLabels: {a: b}}, " + template
                        + "}}");
        assertThat(spec(stateful, "template", "selector")).isEqualTo(TestCluster.yaml("""
                        replicas: 0
                        serviceName: x
                        podManagementPolicy: OrderedReady
                        updateStrategy: {type: RollingUpdate, rollingUpdate: {partition: 0}}
                        revisionHistoryLimit: 10
                        persistentVolumeClaimRetentionPolicy: {whenDeleted: Retain, whenScaled: Retain}
                        """));
        Answer daemon = cluster.post(
                cluster.path("apps/v1", "daemonsets") + "?dryRun=All",
                "{metadata: {name: d}, spec: {selector: {matchLabels: {a: b}}, " + template + "}}");
        assertThat(spec(daemon, "template", "selector")).isEqualTo(TestCluster.yaml("""
                        updateStrategy: {type: RollingUpdate, rollingUpdate: {maxUnavailable: 1, maxSurge: 0}}
                        revisionHistoryLimit: 10
                        """));
        Answer job = cluster.post(
                cluster.path("batch/v1", "jobs") + "?dryRun=All",
                "{metadata: {name: j}, spec: {" + template.replace("spec: {", "spec: {restartPolicy: Never, ") + "}}");
        assertThat(spec(job, "template", "selector")).isEqualTo(TestCluster.yaml("""
                        parallelism: 1
                        completions: 1
                        backoffLimit: 6
                        manualSelector: false
                        completionMode: NonIndexed
                        suspend: false
                        podReplacementPolicy: TerminatingOrFailed
                        """));
    }

    @Test
    void completesPolicies() {
        Answer autoscaler = cluster.post(
                cluster.path("autoscaling/v2", "horizontalpodautoscalers"),
                "{metadata: {name: h}, spec: {maxReplicas: 3, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment,"
                        + " name: d}}}");
        assertThat(spec(autoscaler, "scaleTargetRef")).isEqualTo(TestCluster.yaml("""
                        minReplicas: 1
                        maxReplicas: 3
                        metrics:
                        - {type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 80}}}
                        """));
        Answer policy = cluster.post(
                cluster.path("networking.k8s.io/v1", "networkpolicies"),
                "{metadata: {name: n}, spec: {podSelector: {}, ingress: [{ports: [{port: 80}]}]}}");
        assertThat(spec(policy)).isEqualTo(TestCluster.yaml("""
                        podSelector: {}
                        ingress: [{ports: [{protocol: TCP, port: 80}]}]
                        policyTypes: [Ingress]
                        """));
    }

    @Test
    void completesANamespace() {
        Answer namespace =
                cluster.get("/api/v1/namespaces/" + cluster.namespace()).ok();
        assertThat(namespace.text("/metadata/labels/kubernetes.io~1metadata.name"))
                .isEqualTo(cluster.namespace());
        assertThat(namespace.at("/spec/finalizers").toString()).isEqualTo("[\"kubernetes\"]");
        assertThat(namespace.text("/status/phase")).isEqualTo("Active");
    }

    @Test
    void completesAPod() {
        cluster.post(cluster.path("v1", "serviceaccounts"), "{metadata: {name: default}}");
        Answer pod = cluster.post(
                cluster.path("v1", "pods") + "?dryRun=All",
                "{metadata: {name: p}, spec: {nodeSelector: {no: where}, automountServiceAccountToken: false, containers:"
                        + " [{name: c, image: 'i:1', resources: {limits: {cpu: 500m, memory: 64Mi}}}]}}");
        assertThat(spec(pod, "containers", "tolerations", "nodeSelector", "automountServiceAccountToken"))
                .isEqualTo(TestCluster.yaml("""
                        restartPolicy: Always
                        terminationGracePeriodSeconds: 30
                        dnsPolicy: ClusterFirst
                        serviceAccountName: default
                        serviceAccount: default
                        securityContext: {}
                        schedulerName: default-scheduler
                        priority: 0
                        enableServiceLinks: true
                        preemptionPolicy: PreemptLowerPriority
                        """));
        assertThat(pod.at("/spec/tolerations")).hasSize(2);
        assertThat(pod.at("/spec/containers/0/resources/requests"))
                .isEqualTo(TestCluster.yaml("{cpu: 500m, memory: 64Mi}"));
        assertThat(pod.text("/status/phase")).isEqualTo("Pending");
        assertThat(pod.text("/status/qosClass")).isEqualTo("Guaranteed");
    }
}
