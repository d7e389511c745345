package dev.relevo.samples.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(SharedService.class)
@DisplayName("The seed file")
class SeedTest {
    private static final Path SHIPPED = Path.of("config", "db.json");

    @TempDir
    Path folder;

    @Test
    void is_applied_once_by_several_replicas_that_start_together_on_an_empty_database() throws Exception {
        Database database = Database.empty();
        int replicas = 3;
        ExecutorService starters = Executors.newFixedThreadPool(replicas);
        List<Service> services = new ArrayList<>();
        try {
            List<Future<Service>> starting = new ArrayList<>();
            for (int i = 0; i < replicas; i++) {
                starting.add(starters.submit(() -> Service.start(database, SHIPPED)));
            }
            for (Future<Service> each : starting) {
                services.add(each.get());
            }

            for (Service each : services) {
                assertThat(each.caller().get("/getall").json().findValuesAsText("name"))
                        .containsExactly(
                                "Ada Lovelace", "Grace Hopper", "Luca Pacioli", "Fibonacci y Cía.", "Emmy Noether");
            }
            Answer added = services.get(0).caller().post("/add?name=New&money=1");
            assertThat(added.json().get("id").asLong()).isGreaterThan(SeedFile.LAST_ID);
        } finally {
            services.forEach(Service::close);
            starters.shutdownNow();
        }
    }

    @Test
    void adds_new_entries_and_leaves_alone_what_people_changed(Service shared) throws Exception {
        Database database = shared.database();
        SeedReader reader = shared.server().getApplicationContext().getBean(SeedReader.class);
        Path seed = write(
                "{\"clients\":[{\"id\":901,\"name\":\"Kept\",\"money\":1},{\"id\":902,\"name\":\"Gone\",\"money\":2}]}");
        apply(shared, reader, seed);
        shared.caller().put("/clients/901", "{\"name\":\"Changed\",\"money\":5}");
        shared.caller().delete("/clients/902");

        write("{\"clients\":[{\"id\":901,\"name\":\"Kept\",\"money\":1},{\"id\":902,\"name\":\"Gone\",\"money\":2},"
                + "{\"id\":903,\"name\":\"Later\",\"money\":3}]}");
        apply(shared, reader, seed);

        assertThat(shared.caller().get("/get/901").body()).contains("Changed", "5.00");
        assertThat(shared.caller().get("/get/902").status()).isEqualTo(404);
        assertThat(shared.caller().get("/get/903").body()).contains("Later", "3.00");
        assertThat(database.count("seeded_client WHERE id > 900")).isEqualTo(3);
    }

    @Test
    void may_be_missing(Service shared) {
        SeedReader reader = shared.server().getApplicationContext().getBean(SeedReader.class);

        assertThat(reader.read(folder.resolve("none.json"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"clients\":[                                              | cannot be read",
                "``                                                          | cannot be read",
                "{}                                                          | has no list \"clients\"",
                "{\"clients\":[null]}                                        | entry 1 is null",
                "{\"clients\":[{\"name\":\"a\",\"money\":1}]}                | the id [null] of entry 1 is not within 1 to 999",
                "{\"clients\":[{\"id\":1000,\"name\":\"a\",\"money\":1}]}    | the id [1000] of entry 1 is not within 1 to 999",
                "{\"clients\":[{\"id\":1,\"name\":\"a\",\"money\":1},{\"id\":1,\"name\":\"b\",\"money\":1}]} | the id [1] is there twice",
                "{\"clients\":[{\"id\":1,\"name\":\"a\",\"money\":1},{\"id\":2,\"name\":\" \",\"money\":1}]} | entry 2: name [ ] is missing or blank",
                "{\"clients\":[{\"id\":1,\"name\":\"a\",\"money\":-3}]}      | entry 1: money [-3] is below zero",
                "{\"clients\":[{\"id\":1,\"name\":\"a\",\"money\":\"lots\"}]} | cannot be read",
            })
    void is_refused_as_a_whole_when_it_is_malformed(String content, String problem, Service shared) throws Exception {
        SeedReader reader = shared.server().getApplicationContext().getBean(SeedReader.class);
        Path seed = write(content);

        assertThatThrownBy(() -> reader.read(seed))
                .isInstanceOf(SeedException.class)
                .hasMessageContaining("[" + seed + "]")
                .hasMessageContaining(problem)
                .hasMessageContaining("correct the file");
    }

    private void apply(Service shared, SeedReader reader, Path seed) {
        new Seeder(seed.toString(), reader, shared.transactions()).onApplicationEvent(null);
    }

    private Path write(String content) throws Exception {
        return Files.writeString(folder.resolve("db.json"), content);
    }
}
