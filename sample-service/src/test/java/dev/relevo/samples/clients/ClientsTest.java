package dev.relevo.samples.clients;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(SharedService.class)
@DisplayName("The resource /clients")
class ClientsTest {
    private final Service service;
    private final Caller caller;

    ClientsTest(Service service) {
        this.service = service;
        this.caller = service.caller();
    }

    @BeforeEach
    void nobodyIsRegistered() throws Exception {
        service.database().execute("TRUNCATE client");
    }

    @Test
    void adds_a_client_and_says_where_it_is() throws Exception {
        Answer added = caller.post("/clients", "{\"name\":\" Ada Lovelace \",\"money\":1815.1}");

        assertThat(added.status()).isEqualTo(201);
        assertThat(added.json().get("name").asText()).isEqualTo("Ada Lovelace");
        assertThat(added.body()).contains("\"money\":1815.10");
        assertThat(added.header("Location"))
                .isEqualTo("/clients/" + added.json().get("id").asLong());
        assertThat(caller.get(added.header("Location")).json()).isEqualTo(added.json());
    }

    @Test
    void replaces_and_removes_a_client() throws Exception {
        String path = caller.post("/clients", "{\"name\":\"Ada\",\"money\":1}").header("Location");

        Answer changed = caller.put(path, "{\"name\":\"Ada King\",\"money\":2.5}");
        assertThat(changed.status()).isEqualTo(200);
        assertThat(caller.get(path).body()).contains("\"name\":\"Ada King\"", "\"money\":2.50");

        Answer removed = caller.delete(path);
        assertThat(removed.status()).isEqualTo(204);
        assertThat(removed.body()).isEmpty();
        assertThat(caller.get(path).status()).isEqualTo(404);
        assertThat(caller.delete(path).status()).isEqualTo(404);
        assertThat(caller.put(path, "{\"name\":\"Nobody\",\"money\":0}").status())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.01", "0.10", "0.00", "12345678901234567.89", "99999999999999999.99"})
    void keeps_money_to_the_last_cent(String amount) throws Exception {
        Answer added = caller.post("/clients", "{\"name\":\"Exact\",\"money\":" + amount + "}");

        JsonNode read = caller.get(added.header("Location")).json();
        assertThat(read.get("money").decimalValue()).isEqualTo(new BigDecimal(amount));
    }

    @Test
    void takes_money_as_text_too_for_callers_whose_numbers_are_not_exact() throws Exception {
        Answer added = caller.post("/clients", "{\"name\":\"Exact\",\"money\":\"99999999999999999.99\"}");

        assertThat(added.body()).contains("\"money\":99999999999999999.99");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"name\":\"\",\"money\":1}               | name  | is missing or blank",
                "{\"name\":\"  \",\"money\":1}             | name  | is missing or blank",
                "{\"money\":1}                             | name  | is missing or blank",
                "{\"name\":\"a\\u0000b\",\"money\":1}      | name  | contains control characters",
                "{\"name\":\"a\"}                          | money | is missing",
                "{\"name\":\"a\",\"money\":-0.01}          | money | is below zero",
                "{\"name\":\"a\",\"money\":0.001}          | money | has more than 2 decimals",
                "{\"name\":\"a\",\"money\":1E-2147483640}  | money | has more than 2 decimals",
                "{\"name\":\"a\",\"money\":100000000000000000} | money | is more than 99999999999999999.99",
                "{\"name\":\"a\",\"money\":1E+2147483640}  | money | is more than 99999999999999999.99",
            })
    void refuses_what_is_not_valid_and_names_the_field(String json, String field, String detail) throws Exception {
        Answer refused = caller.post("/clients", json);

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.header("Content-Type")).isEqualTo("application/problem+json");
        JsonNode problem = refused.json();
        assertThat(problem.get("status").asInt()).isEqualTo(400);
        assertThat(problem.get("title").asText()).isEqualTo("Bad Request");
        assertThat(problem.get("instance").asText()).isEqualTo("/clients");
        assertThat(problem.get("errors").findValuesAsText("field")).contains(field);
        assertThat(problem.get("detail").asText()).contains(field + " " + detail);
        assertThat(service.database().count("client")).isZero();
    }

    @Test
    void refuses_a_name_that_is_too_long() throws Exception {
        assertThat(caller.post("/clients", "{\"name\":\"" + "n".repeat(200) + "\",\"money\":1}")
                        .status())
                .isEqualTo(201);
        Answer refused = caller.post("/clients", "{\"name\":\"" + "n".repeat(201) + "\",\"money\":1}");

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.json().get("detail").asText()).isEqualTo("name is longer than 200 characters");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "null", "{\"name\":\"a\",\"money\":\"much\"}", "{\"name\":{},\"money\":1}"})
    void answers_a_body_that_cannot_be_read_with_a_problem(String body) throws Exception {
        Answer refused = caller.post("/clients", body);

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(refused.json().get("detail").asText()).isNotBlank();
    }

    @Test
    void answers_every_other_mistake_with_a_problem() throws Exception {
        assertThat(problem(caller.get("/clients/4711"))).isEqualTo("404 There is no client [4711].");
        assertThat(problem(caller.get("/clients/x"))).startsWith("400").contains("[x]");
        assertThat(problem(caller.get("/nowhere"))).startsWith("404");
        assertThat(problem(caller.delete("/clients"))).startsWith("405");
    }

    private static String problem(Answer answer) {
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.json().get("status").asInt()).isEqualTo(answer.status());
        return answer.status() + " " + answer.json().get("detail").asText();
    }

    @Test
    void shows_an_empty_register_as_an_empty_page() throws Exception {
        assertThat(caller.get("/clients").json())
                .isEqualTo(Answer.json("{\"content\":[],\"page\":0,\"size\":20,\"totalElements\":0,\"totalPages\":0}"));
    }

    @Test
    void lists_every_client_once_over_all_pages() throws Exception {
        for (int i = 0; i < 5; i++) {
            caller.post("/clients", "{\"name\":\"Same name\",\"money\":" + i + "}");
        }

        List<String> seen = new ArrayList<>();
        for (int page = 0; page < 3; page++) {
            JsonNode json = caller.get("/clients?size=2&sort=name&page=" + page).json();
            assertThat(json.get("totalElements").asInt()).isEqualTo(5);
            assertThat(json.get("totalPages").asInt()).isEqualTo(3);
            json.get("content").forEach(client -> seen.add(client.get("money").asText()));
        }
        assertThat(seen).containsExactly("0.00", "1.00", "2.00", "3.00", "4.00");
    }

    @Test
    void sorts_by_what_is_asked_for() throws Exception {
        caller.post("/clients", "{\"name\":\"b\",\"money\":2}");
        caller.post("/clients", "{\"name\":\"a\",\"money\":10}");

        assertThat(caller.get("/clients?sort=money&order=desc").json().findValuesAsText("name"))
                .containsExactly("a", "b");
        assertThat(caller.get("/clients?sort=name").json().findValuesAsText("name"))
                .containsExactly("a", "b");
        assertThat(caller.get("/clients").json().findValuesAsText("name")).containsExactly("b", "a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"page=-1", "size=0", "size=101", "sort=password", "order=up", "page=one"})
    void refuses_a_page_that_cannot_be(String query) throws Exception {
        Answer refused = caller.get("/clients?" + query);

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.json().get("detail").asText()).contains(query.substring(0, query.indexOf('=')));
    }

    @Test
    void stores_names_as_they_are_whatever_they_look_like() throws Exception {
        String name = "Robert'); DROP TABLE client;-- <script>alert(1)</script> Ωλ 🦉";
        Answer added = caller.post("/clients", "{\"name\":\"" + name + "\",\"money\":1}");

        assertThat(caller.get(added.header("Location")).json().get("name").asText())
                .isEqualTo(name);
    }
}
