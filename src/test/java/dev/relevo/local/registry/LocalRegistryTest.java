package dev.relevo.local.registry;

import static dev.relevo.local.registry.RegistryCaller.MANIFEST;
import static dev.relevo.local.registry.RegistryCaller.digest;
import static dev.relevo.local.registry.RegistryCaller.header;
import static dev.relevo.local.registry.RegistryCaller.manifest;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalRegistryTest {
    private static final byte[] HELLO = "hello".getBytes(UTF_8);

    @TempDir
    Path folder;

    private LocalRegistry registry;
    private RegistryCaller caller;

    @BeforeEach
    void start() throws IOException {
        registry = LocalRegistry.start(folder, 0);
        caller = new RegistryCaller(registry);
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    @Test
    void listensOnLoopbackOnly() {
        assertThat(registry.address().getAddress().isLoopbackAddress()).isTrue();
        assertThat(caller.send("GET", "/v2/").statusCode()).isEqualTo(200);
    }

    @Test
    void saysWhichPortIsTaken() {
        assertThatThrownBy(() -> LocalRegistry.start(
                        folder.resolve("other"), registry.address().getPort()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("127.0.0.1:" + registry.address().getPort());
    }

    @Test
    @Timeout(30)
    void closesAtOnceWhenAClientSpeaksTls() throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), registry.address().getPort())) {
            byte[] clientHello = new byte[300];
            clientHello[0] = 0x16;
            clientHello[1] = 0x03;
            clientHello[2] = 0x01;
            clientHello[3] = 0x01;
            clientHello[4] = 0x27;
            socket.getOutputStream().write(clientHello);
            socket.getOutputStream().flush();
            byte[] answer = socket.getInputStream().readAllBytes();
            assertThat(answer.length == 0 || new String(answer, UTF_8).startsWith("HTTP/1.1 400"))
                    .isTrue();
        }
    }

    @Nested
    class Uploads {
        @Test
        void takeContentInOneRequest() {
            HttpResponse<byte[]> answer =
                    caller.send("POST", "/v2/team/app/blobs/uploads/?digest=" + digest(HELLO), HELLO);
            assertThat(answer.statusCode()).isEqualTo(201);
            assertThat(caller.send("GET", header(answer, "Location")).body()).isEqualTo(HELLO);
        }

        @Test
        void takeContentInChunksAndSayHowFarTheyAre() {
            String location = header(caller.send("POST", "/v2/team/app/blobs/uploads/"), "Location");
            HttpResponse<byte[]> first = caller.send("PATCH", location, "hel".getBytes(UTF_8), "Content-Range", "0-2");
            assertThat(first.statusCode()).isEqualTo(202);
            assertThat(header(first, "Range")).isEqualTo("0-2");
            assertThat(caller.send("PATCH", location, "lo".getBytes(UTF_8), "Content-Range", "7-8")
                            .statusCode())
                    .isEqualTo(416);
            assertThat(header(caller.send("GET", location), "Range")).isEqualTo("0-2");
            assertThat(caller.send("PUT", location + "?digest=" + digest(HELLO), "lo".getBytes(UTF_8))
                            .statusCode())
                    .isEqualTo(201);
            assertThat(caller.send("GET", "/v2/team/app/blobs/" + digest(HELLO)).body())
                    .isEqualTo(HELLO);
        }

        @Test
        void refuseContentThatIsNotWhatItsDigestSays() throws IOException {
            HttpResponse<byte[]> answer =
                    caller.send("POST", "/v2/app/blobs/uploads/?digest=" + digest("other".getBytes(UTF_8)), HELLO);
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(new String(answer.body(), UTF_8)).contains("DIGEST_INVALID");
            assertThat(filesBelow(folder)).isEmpty();
        }

        @Test
        void takeOverContentOfAnotherRepository() {
            String digest = caller.pushBlob("one", HELLO);
            assertThat(caller.send("POST", "/v2/two/blobs/uploads/?mount=" + digest + "&from=one")
                            .statusCode())
                    .isEqualTo(201);
            assertThat(caller.send("HEAD", "/v2/two/blobs/" + digest).statusCode())
                    .isEqualTo(200);
            HttpResponse<byte[]> absent =
                    caller.send("POST", "/v2/two/blobs/uploads/?mount=" + digest(new byte[] {1}) + "&from=one");
            assertThat(absent.statusCode()).isEqualTo(202);
            assertThat(header(absent, "Location")).contains("/blobs/uploads/");
        }

        @Test
        void canBeGivenUp() {
            String location = header(caller.send("POST", "/v2/app/blobs/uploads/"), "Location");
            assertThat(caller.send("DELETE", location).statusCode()).isEqualTo(204);
            assertThat(caller.send("GET", location).statusCode()).isEqualTo(404);
        }
    }

    @Nested
    class Blobs {
        @Test
        void belongToTheRepositoryThatTheyWerePushedTo() {
            String digest = caller.pushBlob("one", HELLO);
            assertThat(caller.send("HEAD", "/v2/one/blobs/" + digest).statusCode())
                    .isEqualTo(200);
            assertThat(caller.send("HEAD", "/v2/two/blobs/" + digest).statusCode())
                    .isEqualTo(404);
        }

        @Test
        void areSentInRanges() {
            String path = "/v2/one/blobs/" + caller.pushBlob("one", HELLO);
            HttpResponse<byte[]> middle = caller.send("GET", path, new byte[0], "Range", "bytes=1-3");
            assertThat(middle.statusCode()).isEqualTo(206);
            assertThat(header(middle, "Content-Range")).isEqualTo("bytes 1-3/5");
            assertThat(new String(middle.body(), UTF_8)).isEqualTo("ell");
            assertThat(new String(
                            caller.send("GET", path, new byte[0], "Range", "bytes=3-")
                                    .body(),
                            UTF_8))
                    .isEqualTo("lo");
            assertThat(new String(
                            caller.send("GET", path, new byte[0], "Range", "bytes=-2")
                                    .body(),
                            UTF_8))
                    .isEqualTo("lo");
            assertThat(caller.send("GET", path, new byte[0], "Range", "bytes=9-")
                            .statusCode())
                    .isEqualTo(416);
        }

        @Test
        void canBeDeleted() {
            String path = "/v2/one/blobs/" + caller.pushBlob("one", HELLO);
            assertThat(caller.send("DELETE", path).statusCode()).isEqualTo(202);
            assertThat(caller.send("GET", path).statusCode()).isEqualTo(404);
        }
    }

    @Nested
    class Manifests {
        @Test
        void comeBackByteForByteByTagAndByDigest() {
            byte[] manifest = caller.pushImage("team/app", "1.0", "layer");
            HttpResponse<byte[]> byTag = caller.send("GET", "/v2/team/app/manifests/1.0");
            assertThat(byTag.body()).isEqualTo(manifest);
            assertThat(header(byTag, "Docker-Content-Digest")).isEqualTo(digest(manifest));
            assertThat(header(byTag, "Content-Type")).isEqualTo(MANIFEST);
            assertThat(caller.send("GET", "/v2/team/app/manifests/" + digest(manifest))
                            .body())
                    .isEqualTo(manifest);
        }

        @Test
        void areRefusedWhileTheirContentIsMissing() {
            String config = caller.pushBlob("app", HELLO);
            HttpResponse<byte[]> answer = caller.send(
                    "PUT",
                    "/v2/app/manifests/1.0",
                    manifest(config, digest("gone".getBytes(UTF_8)), 4),
                    "Content-Type",
                    MANIFEST);
            assertThat(answer.statusCode()).isEqualTo(404);
            assertThat(new String(answer.body(), UTF_8)).contains("MANIFEST_BLOB_UNKNOWN");
            assertThat(caller.send("GET", "/v2/app/manifests/1.0").statusCode()).isEqualTo(404);
        }

        @Test
        void areRefusedUnderAnotherDigestOrType() {
            byte[] manifest = caller.pushImage("app", "1.0", "layer");
            assertThat(caller.send("PUT", "/v2/app/manifests/" + digest(HELLO), manifest, "Content-Type", MANIFEST)
                            .statusCode())
                    .isEqualTo(400);
            assertThat(caller.send(
                                    "PUT",
                                    "/v2/app/manifests/2.0",
                                    manifest,
                                    "Content-Type",
                                    "application/vnd.oci.image.index.v1+json")
                            .statusCode())
                    .isEqualTo(400);
            assertThat(caller.send("PUT", "/v2/app/manifests/2.0", HELLO, "Content-Type", MANIFEST)
                            .statusCode())
                    .isEqualTo(400);
        }

        @Test
        void goWithTheirTags() {
            byte[] manifest = caller.pushImage("app", "1.0", "layer");
            assertThat(caller.send("DELETE", "/v2/app/manifests/" + digest(manifest))
                            .statusCode())
                    .isEqualTo(202);
            assertThat(caller.send("GET", "/v2/app/manifests/1.0").statusCode()).isEqualTo(404);
        }

        @Test
        void areFoundThroughTheManifestThatTheyAreAbout() {
            byte[] image = caller.pushImage("app", "1.0", "layer");
            String empty = caller.pushBlob("app", "{}".getBytes(UTF_8));
            byte[] signature = """
                    {"schemaVersion":2,"mediaType":"%s","artifactType":"application/x.signature",
                    "config":{"mediaType":"application/vnd.oci.empty.v1+json","digest":"%s","size":2},"layers":[],
                    "subject":{"mediaType":"%s","digest":"%s","size":%d},"annotations":{"by":"me"}}""".formatted(MANIFEST, empty, MANIFEST, digest(image), image.length)
                    .getBytes(UTF_8);
            HttpResponse<byte[]> answer =
                    caller.send("PUT", "/v2/app/manifests/" + digest(signature), signature, "Content-Type", MANIFEST);
            assertThat(header(answer, "OCI-Subject")).isEqualTo(digest(image));
            String path = "/v2/app/referrers/" + digest(image);
            assertThat(new String(caller.send("GET", path).body(), UTF_8))
                    .contains(digest(signature), "application/x.signature", "\"by\":\"me\"");
            HttpResponse<byte[]> other = caller.send("GET", path + "?artifactType=application/x.other");
            assertThat(new String(other.body(), UTF_8)).contains("\"manifests\":[]");
            assertThat(header(other, "OCI-Filters-Applied")).isEqualTo("artifactType");
        }
    }

    @Test
    void listsTagsPageByPage() {
        for (String tag : List.of("c", "a", "b")) {
            caller.pushImage("app", tag, "layer");
        }
        HttpResponse<byte[]> first = caller.send("GET", "/v2/app/tags/list?n=2");
        assertThat(new String(first.body(), UTF_8)).contains("[\"a\",\"b\"]");
        assertThat(header(first, "Link")).isEqualTo("</v2/app/tags/list?n=2&last=b>; rel=\"next\"");
        HttpResponse<byte[]> last = caller.send("GET", "/v2/app/tags/list?n=2&last=b");
        assertThat(new String(last.body(), UTF_8)).contains("[\"c\"]");
        assertThat(header(last, "Link")).isEmpty();
        assertThat(caller.send("GET", "/v2/none/tags/list").statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v2/../../etc/blobs/sha256:0",
                "/v2/a/%2e%2e/%2e%2e/b/tags/list",
                "/v2/A/tags/list",
                "/v2/_tags/tags/list",
                "/v2/app/manifests/..",
                "/v2/app/manifests/%2e%2e%2f_tags",
                "/v2/app/blobs/uploads/..%2f..%2fblobs",
                "/v2/app/blobs/sha256:..%2f..%2fsecret",
                "/elsewhere"
            })
    void reachesNothingOutsideOfItsStore(String path) {
        assertThat(caller.send("GET", path).statusCode()).isIn(400, 404);
    }

    @Test
    void keepsWhatManyClientsPushAtOnce() throws Exception {
        var clients = Executors.newFixedThreadPool(8);
        try {
            List<Future<byte[]>> pushes = IntStream.range(0, 40)
                    .mapToObj(i -> clients.submit(() -> caller.pushImage("app", "v" + i % 10, "layer " + i % 5)))
                    .toList();
            for (Future<byte[]> push : pushes) {
                byte[] manifest = push.get();
                assertThat(caller.send("GET", "/v2/app/manifests/" + digest(manifest))
                                .body())
                        .isEqualTo(manifest);
            }
        } finally {
            clients.shutdown();
        }
    }

    @Test
    void keepsItsContentOverARestartAndDropsWhatNothingLeadsTo() throws IOException {
        byte[] manifest = caller.pushImage("app", "1.0", "layer");
        caller.send("POST", "/v2/app/blobs/uploads/");
        String orphan = caller.pushBlob("app", HELLO);
        caller.send("DELETE", "/v2/app/blobs/" + orphan);
        registry.close();
        registry = LocalRegistry.start(folder, 0);
        caller = new RegistryCaller(registry);

        assertThat(caller.send("GET", "/v2/app/manifests/1.0").body()).isEqualTo(manifest);
        assertThat(registry.repositories()).containsExactly("app");
        assertThat(filesBelow(folder.resolve("uploads"))).isEmpty();
        assertThat(filesBelow(folder.resolve("blobs"))).hasSize(3);
    }

    @Test
    void handsWholeImagesToTheNode() throws IOException {
        byte[] manifest = caller.pushImage("team/app", "1.0", "layer");
        StoredImage image = registry.resolve("team/app", "1.0").orElseThrow();
        assertThat(image.digest()).isEqualTo(digest(manifest));
        assertThat(image.config()).contains("linux");
        assertThat(image.layers()).hasSize(1);
        assertThat(image.layers().get(0).file()).hasContent("layer");
        assertThat(registry.resolve("team/app", digest(manifest))).contains(image);
        assertThat(registry.resolve("team/app", "2.0")).isEmpty();
        assertThat(registry.resolve("../app", "1.0")).isEmpty();
    }

    private static List<Path> filesBelow(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }
}
