package dev.relevo.local.api;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The numbers of protobuf fields, for the messages that kubectl's generators send. They are those of the published
 * {@code generated.proto} files of the Kubernetes API.
 */
final class ProtobufTable {
    /**
     * One message a line: its name, then number, field and type. {@code *} stands for a repeated field, {@code %} for a
     * map, {@code !} for a value that is told from its absence even when it is zero.
     */
    private static final String MESSAGES = """
            Unknown 1 typeMeta TypeMeta 2 raw bytes
            TypeMeta 1 apiVersion string 2 kind string
            IntOrString 1 type int 2 intVal int 3 strVal string
            StringEntry 1 key string 2 value string
            BytesEntry 1 key string 2 value bytes
            ObjectMeta 1 name string 2 generateName string 3 namespace string 5 uid string 6 resourceVersion string \
            8 creationTimestamp ignored 11 labels %StringEntry 12 annotations %StringEntry \
            13 ownerReferences *OwnerReference 14 finalizers *string
            OwnerReference 1 kind string 3 name string 4 uid string 5 apiVersion string 6 controller !bool \
            7 blockOwnerDeletion !bool
            LabelSelector 1 matchLabels %StringEntry 2 matchExpressions *LabelSelectorRequirement
            LabelSelectorRequirement 1 key string 2 operator string 3 values *string
            LocalObjectReference 1 name string
            Namespace 1 metadata ObjectMeta 2 spec NamespaceSpec 3 status ignored
            NamespaceSpec 1 finalizers *string
            ConfigMap 1 metadata ObjectMeta 2 data %StringEntry 3 binaryData %BytesEntry 4 immutable !bool
            Secret 1 metadata ObjectMeta 2 data %BytesEntry 3 type string 4 stringData %StringEntry 5 immutable !bool
            ServiceAccount 1 metadata ObjectMeta 3 imagePullSecrets *LocalObjectReference \
            4 automountServiceAccountToken !bool
            Service 1 metadata ObjectMeta 2 spec ServiceSpec 3 status ignored
            ServiceSpec 1 ports *ServicePort 2 selector %StringEntry 3 clusterIP string 4 type string \
            7 sessionAffinity string 10 externalName string 13 publishNotReadyAddresses bool 18 clusterIPs *string
            ServicePort 1 name string 2 protocol string 3 port int 4 targetPort IntOrString 5 nodePort int \
            6 appProtocol !string
            Deployment 1 metadata ObjectMeta 2 spec DeploymentSpec 3 status ignored
            DeploymentSpec 1 replicas !int 2 selector LabelSelector 3 template PodTemplateSpec \
            4 strategy DeploymentStrategy 5 minReadySeconds int 6 revisionHistoryLimit !int 7 paused bool \
            9 progressDeadlineSeconds !int
            DeploymentStrategy 1 type string 2 rollingUpdate RollingUpdateDeployment
            RollingUpdateDeployment 1 maxUnavailable IntOrString 2 maxSurge IntOrString
            PodTemplateSpec 1 metadata ObjectMeta 2 spec PodSpec
            PodSpec 2 containers *Container 3 restartPolicy string 8 serviceAccountName string \
            15 imagePullSecrets *LocalObjectReference
            Container 1 name string 2 image string 3 command *string 4 args *string 6 ports *ContainerPort \
            7 env *EnvVar 14 imagePullPolicy string
            ContainerPort 1 name string 2 hostPort int 3 containerPort int 4 protocol string 5 hostIP string
            EnvVar 1 name string 2 value string
            SelfSubjectAccessReview 1 metadata ObjectMeta 2 spec SelfSubjectAccessReviewSpec 3 status ignored
            SelfSubjectAccessReviewSpec 1 resourceAttributes ResourceAttributes \
            2 nonResourceAttributes NonResourceAttributes
            ResourceAttributes 1 namespace string 2 verb string 3 group string 4 version string 5 resource string \
            6 subresource string 7 name string
            NonResourceAttributes 1 path string 2 verb string
            SelfSubjectRulesReview 1 metadata ObjectMeta 2 spec SelfSubjectRulesReviewSpec 3 status ignored
            SelfSubjectRulesReviewSpec 1 namespace string
            SelfSubjectReview 1 metadata ObjectMeta 2 status ignored
            TokenRequest 1 metadata ObjectMeta 2 spec TokenRequestSpec 3 status ignored
            TokenRequestSpec 1 audiences *string 3 boundObjectRef BoundObjectReference 4 expirationSeconds !int
            BoundObjectReference 1 kind string 2 apiVersion string 3 name string 4 uid string
            Role 1 metadata ObjectMeta 2 rules *PolicyRule
            ClusterRole 1 metadata ObjectMeta 2 rules *PolicyRule 3 aggregationRule AggregationRule
            AggregationRule 1 clusterRoleSelectors *LabelSelector
            PolicyRule 1 verbs *string 2 apiGroups *string 3 resources *string 4 resourceNames *string \
            5 nonResourceURLs *string
            RoleBinding 1 metadata ObjectMeta 2 subjects *Subject 3 roleRef RoleRef
            ClusterRoleBinding 1 metadata ObjectMeta 2 subjects *Subject 3 roleRef RoleRef
            Subject 1 kind string 2 apiGroup string 3 name string 4 namespace string
            RoleRef 1 apiGroup string 2 kind string 3 name string
            HorizontalPodAutoscaler 1 metadata ObjectMeta 2 spec HorizontalPodAutoscalerSpec 3 status ignored
            HorizontalPodAutoscalerSpec 1 scaleTargetRef CrossVersionObjectReference 2 minReplicas !int \
            3 maxReplicas int 4 targetCPUUtilizationPercentage !int
            CrossVersionObjectReference 1 kind string 2 name string 3 apiVersion string
            Eviction 1 metadata ObjectMeta 2 deleteOptions DeleteOptions
            DeleteOptions 1 gracePeriodSeconds !int 2 preconditions Preconditions 3 orphanDependents !bool \
            4 propagationPolicy string 5 dryRun *string
            Preconditions 1 uid string 2 resourceVersion string
            """;

    private final Map<String, Map<Integer, Field>> messages = new HashMap<>();

    /**
     * A field of a message.
     *
     * @param name its name in JSON
     * @param type a message, {@code string}, {@code bytes}, {@code bool}, {@code int} or {@code ignored}
     * @param mark {@code *}, {@code %}, {@code !} or a blank
     */
    record Field(String name, String type, char mark) {
        boolean isRepeated() {
            return mark == '*';
        }

        boolean isMap() {
            return mark == '%';
        }

        boolean keepsZero() {
            return mark == '!' || mark == '*';
        }
    }

    ProtobufTable() {
        for (String line : MESSAGES.split("\n")) {
            String[] words = line.strip().split(" +");
            Map<Integer, Field> fields = new HashMap<>();
            for (int i = 1; i < words.length; i += 3) {
                char mark = words[i + 2].charAt(0);
                boolean marked = !Character.isLetter(mark);
                String type = marked ? words[i + 2].substring(1) : words[i + 2];
                fields.put(Integer.valueOf(words[i]), new Field(words[i + 1], type, marked ? mark : ' '));
            }
            messages.put(words[0], fields);
        }
    }

    boolean knows(String message) {
        return messages.containsKey(message);
    }

    Optional<Field> field(String message, int number) {
        return Optional.ofNullable(messages.getOrDefault(message, Map.of()).get(number));
    }
}
