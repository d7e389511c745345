package dev.relevo.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.cluster.Cluster.ApplyOptions;
import dev.relevo.cluster.Cluster.DeleteOptions;
import dev.relevo.cluster.Cluster.Deletion;
import dev.relevo.cluster.Cluster.Propagation;
import dev.relevo.report.Problem;
import dev.relevo.report.RelevoException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class KubernetesClusterTest {
    private static final ObjectRef SHOP = new ObjectRef(Kind.CONFIG_MAP, "dev", "shop");

    private static final KubeObject DEPLOYMENT = KubeObject.named(new ObjectRef(Kind.DEPLOYMENT, "dev", "shop"));

    private final ScriptedServer server = new ScriptedServer();
    private final KubernetesCluster cluster = server.cluster();

    @AfterEach
    void stop() {
        cluster.close();
        server.close();
        assertThat(server.surprises).isEmpty();
    }

    @Nested
    class Reading {
        @Test
        void an_object_is_read_whole() {
            server.then(200, shop("7", "a"));

            KubeObject found = cluster.get(SHOP).orElseThrow();

            assertThat(found.resourceVersion()).isEqualTo("7");
            assertThat(found.at("/unheardOf/field").asInt()).isEqualTo(3);
            assertThat(server.seen.get(0).path()).isEqualTo("/api/v1/namespaces/dev/configmaps/shop");
        }

        @Test
        void an_object_that_is_not_there_is_empty() {
            server.then(404, status(404, "NotFound", "configmaps \"shop\" not found"));

            assertThat(cluster.get(SHOP)).isEmpty();
        }

        @Test
        void a_list_is_read_page_by_page_and_its_items_get_their_kind() {
            server.then(
                            200,
                            "{\"metadata\":{\"resourceVersion\":\"9\",\"continue\":\"n+1\"},\"items\":[{\"metadata\":{\"name\":\"a\"}}]}")
                    .then(
                            200,
                            "{\"metadata\":{\"resourceVersion\":\"9\"},\"items\":[{\"metadata\":{\"name\":\"b\"}}]}");

            Cluster.Listing listing = cluster.list(Kind.DEPLOYMENT, "dev", Map.of("app", "shop", "tier", "web"));

            assertThat(listing.resourceVersion()).isEqualTo("9");
            assertThat(listing.items()).extracting(KubeObject::name).containsExactly("a", "b");
            assertThat(listing.items()).extracting(KubeObject::kind).containsOnly(Kind.DEPLOYMENT);
            assertThat(server.seen.get(0).query()).contains("labelSelector=app%3Dshop%2Ctier%3Dweb");
            assertThat(server.seen.get(1).query()).contains("continue=n%2B1");
        }

        @Test
        void a_list_whose_snapshot_is_gone_begins_again() {
            server.then(
                            200,
                            "{\"metadata\":{\"resourceVersion\":\"9\",\"continue\":\"x\"},\"items\":[{\"metadata\":{\"name\":\"a\"}}]}")
                    .then(410, status(410, "Expired", "too old"))
                    .then(
                            200,
                            "{\"metadata\":{\"resourceVersion\":\"12\"},\"items\":[{\"metadata\":{\"name\":\"c\"}}]}");

            assertThat(cluster.list(Kind.POD, "dev", Map.of()).items())
                    .extracting(KubeObject::name)
                    .containsExactly("c");
        }

        @Test
        void a_list_that_is_older_than_what_was_seen_before_is_asked_for_again() {
            server.then(
                            200,
                            "{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"metadata\":{\"name\":\"shop\",\"resourceVersion\":\"20\"}}")
                    .then(
                            200,
                            "{\"metadata\":{\"resourceVersion\":\"12\"},\"items\":[{\"metadata\":{\"name\":\"old\"}}]}")
                    .then(
                            200,
                            "{\"metadata\":{\"resourceVersion\":\"21\"},\"items\":[{\"metadata\":{\"name\":\"new\"}}]}");

            assertThat(cluster.get(SHOP)).isPresent();
            assertThat(cluster.list(Kind.SECRET, "dev", Map.of()).items())
                    .extracting(KubeObject::name)
                    .containsExactly("new");
        }

        @Test
        void a_kind_that_is_not_common_is_looked_up_once() {
            String widgets =
                    "{\"resources\":[{\"name\":\"widgets\",\"kind\":\"Widget\",\"namespaced\":true},{\"name\":\"widgets/status\",\"kind\":\"Widget\",\"namespaced\":true}]}";
            Kind widget = new Kind("example.com/v1", "Widget");
            server.then(200, widgets).then(404, "{}").then(404, "{}");

            assertThat(cluster.serves(widget)).isTrue();
            cluster.get(new ObjectRef(widget, "dev", "one"));
            cluster.get(new ObjectRef(widget, "dev", "two"));

            assertThat(server.seen)
                    .extracting(ScriptedServer.Seen::path)
                    .containsExactly(
                            "/apis/example.com/v1",
                            "/apis/example.com/v1/namespaces/dev/widgets/one",
                            "/apis/example.com/v1/namespaces/dev/widgets/two");
        }

        @Test
        void a_kind_that_the_server_lacks_is_not_served_and_cannot_be_listed() {
            server.then(404, "404 page not found").then(404, "404 page not found");

            assertThat(cluster.serves(Kind.HTTP_ROUTE)).isFalse();
            assertThatThrownBy(() -> cluster.list(Kind.HTTP_ROUTE, "dev", Map.of()))
                    .isInstanceOf(ClusterRefusal.NotFound.class)
                    .hasMessageContaining("HTTPRoute");
        }

        @Test
        void the_log_of_an_instance_that_never_was_is_empty() {
            server.then(200, "one\ntwo\n")
                    .then(400, status(400, "BadRequest", "previous terminated container not found"));
            ObjectRef pod = new ObjectRef(Kind.POD, "dev", "shop-1");

            assertThat(cluster.logs(pod, "app", false, 20)).containsExactly("one", "two");
            assertThat(cluster.logs(pod, "app", true, 20)).isEmpty();
            assertThat(server.seen.get(1).query()).contains("previous=true").contains("tailLines=20");
        }

        @Test
        void a_read_that_is_forbidden_names_what_was_asked_and_the_remedy() {
            server.then(403, status(403, "Forbidden", "User \"ci\" cannot list resource \"pods\""));

            RelevoException thrown =
                    catchThrowableOfType(RelevoException.class, () -> cluster.list(Kind.POD, "dev", Map.of()));

            assertThat(thrown.problem().code()).isEqualTo(ClusterError.FORBIDDEN);
            assertThat(thrown.problem().summary()).contains("list Pod in dev").contains(server.url());
            assertThat(thrown.problem().details()).anyMatch(line -> line.contains("User \"ci\""));
            assertThat(thrown.problem().remedy()).isPresent();
        }
    }

    @Nested
    class Writing {
        private final KubeObject desired =
                KubeObject.named(SHOP).with(tree -> tree.putObject("data").put("k", "a"));

        @Test
        void apply_is_a_server_side_apply_of_relevo() {
            server.then(200, shop("8", "a"));

            cluster.apply(desired, ApplyOptions.DRY_RUN);

            ScriptedServer.Seen request = server.seen.get(0);
            assertThat(request.method()).isEqualTo("PATCH");
            assertThat(request.contentType()).startsWith("application/apply-patch+yaml");
            assertThat(request.query())
                    .contains("fieldManager=relevo")
                    .contains("force=true")
                    .contains("dryRun=All");
        }

        @Test
        void refusals_are_told_apart() {
            server.then(409, status(409, "Conflict", "owned by hpa"))
                    .then(422, status(422, "Invalid", "spec.replicas: must be positive"))
                    .then(403, status(403, "Forbidden", "exceeded quota"))
                    .then(404, status(404, "NotFound", "namespaces \"dev\" not found"));

            assertThatThrownBy(() -> cluster.apply(desired, new ApplyOptions(false, false)))
                    .isInstanceOf(ClusterRefusal.Conflict.class)
                    .hasMessage("Cannot apply ConfigMap/shop in dev: owned by hpa");
            assertThatThrownBy(() -> cluster.apply(desired, ApplyOptions.FORCE))
                    .isInstanceOf(ClusterRefusal.Invalid.class);
            assertThatThrownBy(() -> cluster.create(desired)).isInstanceOf(ClusterRefusal.Forbidden.class);
            assertThatThrownBy(() -> cluster.create(desired)).isInstanceOf(ClusterRefusal.NotFound.class);
        }

        @Test
        void a_right_that_is_missing_is_told_apart_from_a_quota() {
            server.then(403, status(403, "Forbidden", "User \"ci\" cannot create resource \"configmaps\""))
                    .then(403, status(403, "Forbidden", "exceeded quota"));

            Problem noRight = catchThrowableOfType(ClusterRefusal.Forbidden.class, () -> cluster.create(desired))
                    .problem();
            Problem noRoom = catchThrowableOfType(ClusterRefusal.Forbidden.class, () -> cluster.create(desired))
                    .problem();

            assertThat(noRight.code()).isEqualTo(ClusterError.FORBIDDEN);
            assertThat(noRight.summary()).contains("User \"ci\" cannot create");
            assertThat(noRight.remedy()).contains(ClusterRefusal.BIND_A_ROLE);
            assertThat(noRoom.code()).isEqualTo(ClusterError.REFUSED);
            assertThat(noRoom.remedy())
                    .hasValueSatisfying(remedy -> assertThat(remedy).contains("raise the quota"));
        }

        /** As Kubernetes 1.34 answers. */
        @Test
        void a_field_that_the_kind_does_not_have_is_told_at_once() {
            server.then(500, """
                    {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
                     "message": "failed to create typed patch object (dev/shop; apps/v1, Kind=Deployment): .spec.template.spec.containers[name=\\"app\\"].imagePullPolice: field not declared in schema",
                     "code": 500}
                    """);

            ClusterRefusal.Malformed refusal = catchThrowableOfType(
                    ClusterRefusal.Malformed.class, () -> cluster.apply(DEPLOYMENT, ApplyOptions.FORCE));

            assertThat(server.seen).hasSize(1);
            assertThat(refusal.problem().code()).isEqualTo(ClusterError.INVALID_OBJECT);
            assertThat(refusal.problem().summary())
                    .isEqualTo(
                            "Deployment/shop has no field [spec.template.spec.containers[name=\"app\"].imagePullPolice]");
            assertThat(refusal.problem().details()).isEmpty();
            assertThat(refusal.problem().remedy().orElseThrow()).contains("kubectl explain");
        }

        @Test
        void several_findings_of_the_form_are_all_told() {
            server.then(500, """
                    {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
                     "message": "failed to create typed patch object (dev/shop; apps/v1, Kind=Deployment): errors:\\n  .spec.template.spec.containers[name=\\"app\\"].env[name=\\"A\\"].value: expected string, got &value.valueUnstructured{Value:1}\\n  .spec.replikas: field not declared in schema",
                     "code": 500}
                    """);

            ClusterRefusal.Malformed refusal = catchThrowableOfType(
                    ClusterRefusal.Malformed.class, () -> cluster.apply(DEPLOYMENT, ApplyOptions.FORCE));

            assertThat(refusal.problem().summary())
                    .isEqualTo(
                            "Deployment/shop is not valid: spec.template.spec.containers[name=\"app\"].env[name=\"A\"].value:"
                                    + " expected string, got 1");
            assertThat(refusal.problem().details()).containsExactly(".spec.replikas: field not declared in schema");
        }

        @Test
        void a_create_whose_answer_was_lost_is_recognised_as_our_own() {
            server.thenReset().then(409, status(409, "AlreadyExists", "exists")).then(200, shop("8", "a"));

            assertThat(cluster.create(desired).resourceVersion()).isEqualTo("8");
        }

        @Test
        void a_create_that_somebody_else_won_is_a_conflict_even_after_a_lost_answer() {
            server.thenReset().then(409, status(409, "AlreadyExists", "exists")).then(200, shop("8", "theirs"));

            assertThatThrownBy(() -> cluster.create(desired)).isInstanceOf(ClusterRefusal.Conflict.class);
        }

        @Test
        void a_replace_whose_answer_was_lost_is_no_conflict_with_ourselves() {
            KubeObject changed = desired.with(tree -> ((ObjectNode) tree.get("metadata")).put("resourceVersion", "7"));
            server.thenReset().then(409, status(409, "Conflict", "modified")).then(200, shop("8", "a"));

            assertThat(cluster.replace(changed).resourceVersion()).isEqualTo("8");
        }

        @Test
        void a_patch_with_an_old_version_is_a_conflict() {
            server.then(409, status(409, "Conflict", "modified"));
            ObjectNode patch = ApiAnswer.JSON.createObjectNode();
            patch.putObject("metadata").put("resourceVersion", "3");

            assertThatThrownBy(() -> cluster.merge(SHOP, patch)).isInstanceOf(ClusterRefusal.Conflict.class);
            assertThat(server.seen.get(0).contentType()).startsWith("application/merge-patch+json");
        }

        @Test
        void a_delete_that_is_answered_with_the_object_has_only_begun() {
            server.then(200, """
                    {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "shop", "namespace": "dev",
                     "deletionTimestamp": "2026-01-01T00:00:00Z", "finalizers": ["foregroundDeletion"]}}""");

            assertThat(cluster.delete(SHOP, DeleteOptions.background())).isEqualTo(Deletion.BEGUN);
        }

        @Test
        void a_delete_names_its_preconditions_and_an_object_that_is_gone_is_no_error() {
            server.then(200, status(200, "", "")).then(404, status(404, "NotFound", "gone"));

            assertThat(cluster.delete(SHOP, DeleteOptions.ofUid("u-1", Propagation.FOREGROUND)))
                    .isEqualTo(Deletion.DONE);
            assertThat(cluster.delete(SHOP, DeleteOptions.background())).isEqualTo(Deletion.NOTHING);
            assertThat(server.seen.get(0).body())
                    .contains("\"propagationPolicy\":\"Foreground\"")
                    .contains("\"preconditions\":{\"uid\":\"u-1\"}");
        }

        @Test
        void values_of_a_secret_are_taken_out_of_the_servers_answer() {
            KubeObject secret = KubeObject.named(new ObjectRef(Kind.SECRET, "dev", "db"))
                    .with(tree -> tree.putObject("stringData").put("password", "hunter22"));
            server.then(422, status(422, "Invalid", "data[password]: Invalid value: hunter22"));

            assertThatThrownBy(() -> cluster.create(secret))
                    .isInstanceOf(ClusterRefusal.Invalid.class)
                    .hasMessageContaining("Invalid value: ***")
                    .hasMessageNotContaining("hunter22");
        }
    }

    @Nested
    class Repeating {
        @Test
        void a_throttled_request_waits_as_long_as_it_is_told() {
            server.then(429, "{}", "Retry-After", "1").then(200, shop("1", "a"));
            long start = System.nanoTime();

            assertThat(cluster.get(SHOP)).isPresent();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        }

        @Test
        void errors_of_the_server_and_resets_heal() {
            server.then(500, "{}").thenReset().then(503, "{}").then(200, shop("1", "a"));

            assertThat(cluster.get(SHOP)).isPresent();
            assertThat(server.seen).hasSize(4);
        }

        @Test
        void a_server_that_keeps_failing_is_given_up_with_its_own_words() {
            try (KubernetesCluster impatient = server.cluster(Duration.ofSeconds(30), Duration.ofMillis(100))) {
                for (int i = 0; i < 50; i++) {
                    server.then(500, status(500, "InternalError", "failed calling webhook \"policy\""));
                }

                RelevoException thrown = catchThrowableOfType(RelevoException.class, () -> impatient.get(SHOP));

                assertThat(thrown.problem().code()).isEqualTo(ClusterError.SERVER_ERROR);
                assertThat(thrown.problem().summary()).contains("failed calling webhook \"policy\"");
            }
        }

        @Test
        void credentials_that_are_not_accepted_are_not_tried_again() {
            server.then(401, status(401, "Unauthorized", "Unauthorized"));

            RelevoException thrown = catchThrowableOfType(RelevoException.class, () -> cluster.get(SHOP));

            assertThat(thrown.problem().code()).isEqualTo(ClusterError.UNAUTHORIZED);
            assertThat(thrown.problem().summary()).contains(server.url());
            assertThat(server.seen).hasSize(1);
        }

        @Test
        void an_answer_that_breaks_off_is_asked_for_again() {
            server.then((exchange, body) -> {
                        exchange.setResponseContentLength(1000);
                        exchange.getOutputStream().write("{\"kind\":".getBytes(StandardCharsets.UTF_8));
                        exchange.getOutputStream().flush();
                        exchange.getConnection().close();
                    })
                    .then(200, shop("1", "a"));

            assertThat(cluster.get(SHOP)).isPresent();
            assertThat(server.seen).hasSize(2);
        }

        @Test
        void a_redirect_is_followed() {
            server.then(307, "{}", "Location", server.url() + "/elsewhere")
                    .then(307, "{}", "Location", server.url() + "/elsewhere")
                    .then(200, shop("1", "a"));

            assertThat(cluster.get(SHOP)).isPresent();
            assertThat(server.seen.get(2).path()).isEqualTo("/elsewhere");
        }

        @Test
        void something_else_than_an_api_server_is_recognised() {
            server.then(200, "<html>Please log in</html>");

            RelevoException thrown = catchThrowableOfType(RelevoException.class, cluster::version);

            assertThat(thrown.problem().code()).isEqualTo(ClusterError.NOT_KUBERNETES);
        }
    }

    private static String shop(String version, String value) {
        return """
                {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"shop","namespace":"dev","uid":"u-1",
                "resourceVersion":"%s"},"data":{"k":"%s"},"unheardOf":{"field":3}}""".formatted(version, value);
    }

    private static String status(int code, String reason, String message) {
        return "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"code\":" + code + ",\"reason\":\"" + reason
                + "\",\"message\":\"" + message.replace("\"", "\\\"") + "\"}";
    }
}
