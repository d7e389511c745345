package dev.relevo.samples.clients;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(SharedService.class)
@DisplayName("The short paths /getall, /get and /add")
class ShortPathsTest {
    private final Service service;
    private final Caller caller;

    ShortPathsTest(Service service) {
        this.service = service;
        this.caller = service.caller();
    }

    @BeforeEach
    void nobodyIsRegistered() throws Exception {
        service.database().execute("TRUNCATE client");
    }

    @Test
    void add_a_client_that_every_path_shows() throws Exception {
        assertThat(caller.get("/getall").body()).isEqualTo("[]");

        Answer added = caller.post("/add?name=Luca+Pacioli&money=1494.5");

        assertThat(added.status()).isEqualTo(201);
        long id = added.json().get("id").asLong();
        String client = "{\"id\":" + id + ",\"name\":\"Luca Pacioli\",\"money\":1494.50}";
        assertThat(added.body()).isEqualTo(client);
        assertThat(added.header("Location")).isEqualTo("/get/" + id);
        assertThat(caller.get("/get/" + id).body()).isEqualTo(client);
        assertThat(caller.get("/getall").body()).isEqualTo("[" + client + "]");
        assertThat(caller.get("/clients/" + id).body()).isEqualTo(client);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/add",
                "/add?name=a",
                "/add?money=1",
                "/add?name=&money=1",
                "/add?name=a&money=x",
                "/add?name=a&money=-1"
            })
    void refuse_a_client_that_is_not_complete_or_not_valid(String path) throws Exception {
        Answer refused = caller.post(path);

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(refused.json().get("detail").asText()).containsAnyOf("name", "money");
        assertThat(service.database().count("client")).isZero();
    }

    @Test
    void say_when_there_is_no_such_client() throws Exception {
        Answer missing = caller.get("/get/4711");

        assertThat(missing.status()).isEqualTo(404);
        assertThat(missing.json().get("detail").asText()).isEqualTo("There is no client [4711].");
    }
}
