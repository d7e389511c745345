package dev.relevo.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.relevo.config.GroupConfig.Member;
import dev.relevo.report.Problem;
import dev.relevo.report.RelevoException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GroupLoaderTest {
    @TempDir
    private Path folder;

    @Test
    void members_come_in_the_order_in_which_they_are_handed_over() throws IOException {
        LoadedGroup group = load("""
                kind: Group
                name: checkout
                members:
                  - {app: shop, after: [prices, stock]}
                  - {app: stock, path: services/stock, environment: dev, after: [prices]}
                  - {app: prices}
                """);

        assertThat(group.name()).isEqualTo("checkout");
        assertThat(group.members()).extracting(Member::called).containsExactly("prices", "stock", "shop");
        assertThat(group.project(group.members().get(0))).isEqualTo(folder.resolve("prices"));
        assertThat(group.project(group.members().get(1))).isEqualTo(folder.resolve("services/stock"));
        assertThat(group.members().get(1).environment()).contains("dev");
        assertThat(group.place(group.members().get(1))).isEqualTo("relevo-group.yaml:5");
    }

    @Test
    void members_that_do_not_wait_for_each_other_come_as_in_the_file() throws IOException {
        LoadedGroup group = load("""
                kind: Group
                name: checkout
                members: [{app: c}, {app: a}, {app: b, after: [a]}]
                """);

        assertThat(group.members()).extracting(Member::called).containsExactly("c", "a", "b");
    }

    @Test
    void an_app_may_be_there_twice_under_names_of_its_own() throws IOException {
        LoadedGroup group = load("""
                kind: Group
                name: regions
                members:
                  - {app: shop, name: shop-eu, path: shop, environment: eu}
                  - {app: shop, name: shop-us, path: shop, environment: us, after: [shop-eu]}
                """);

        assertThat(group.members()).extracting(Member::called).containsExactly("shop-eu", "shop-us");
    }

    @Test
    void a_name_that_is_there_twice_is_refused() throws IOException {
        assertThat(refusal("""
                kind: Group
                name: regions
                members:
                  - {app: shop, environment: eu}
                  - {app: shop, environment: us}
                """).summary())
                .isEqualTo(
                        "relevo-group.yaml:5: [members[1]] is called [shop] as members[0] is; expected a name of its own");
    }

    @Test
    void a_misspelt_key_is_named_with_its_line_and_what_was_meant() throws IOException {
        assertThat(refusal("""
                kind: Group
                name: checkout
                members:
                  - app: prices
                    enviroment: dev
                """).summary())
                .isEqualTo("relevo-group.yaml:5: [members[0].enviroment] is not a key; did you mean [environment]?");
    }

    @Test
    void everything_that_is_wrong_is_said_at_once() throws IOException {
        Problem refusal = refusal("""
                kind: Grupe
                members:
                  - {app: 7}
                  - {path: x}
                """);

        assertThat(refusal.code()).isEqualTo(ConfigError.INVALID_CONFIGURATION);
        assertThat(refusal.summary()).isEqualTo("relevo-group.yaml:1: [kind] is [Grupe]; expected Group");
        assertThat(refusal.details())
                .containsExactly(
                        "relevo-group.yaml:1: [name] is missing",
                        "relevo-group.yaml:3: [members[0].app] is [7]; expected a text (put it in quotes)",
                        "relevo-group.yaml:4: [members[1]] needs the key [app]");
        assertThat(refusal.remedy())
                .contains("Correct all 4; `relevo config schema --group` prints every key there is.");
    }

    @Test
    void somebody_to_wait_for_who_is_no_member_is_named_with_who_was_meant() throws IOException {
        assertThat(refusal("""
                kind: Group
                name: checkout
                members:
                  - app: shop
                    after: [pricse]
                  - app: prices
                """).summary())
                .isEqualTo("relevo-group.yaml:5: [members[0].after[0]] is [pricse]; expected one of shop, prices;"
                        + " did you mean [prices]?");
    }

    @Test
    void a_circle_is_shown_as_it_goes_round() throws IOException {
        assertThat(refusal("""
                kind: Group
                name: checkout
                members:
                  - {app: outside, after: [shop]}
                  - {app: shop, after: [stock]}
                  - {app: stock, after: [prices]}
                  - {app: prices, after: [shop]}
                """).summary())
                .isEqualTo("relevo-group.yaml:5: [members[1].after] leads round in a circle:"
                        + " shop after stock after prices after shop; expected an order in which each can wait for the"
                        + " others");
    }

    @Test
    void a_member_that_waits_for_itself_is_a_circle_too() throws IOException {
        assertThat(refusal("kind: Group\nname: checkout\nmembers: [{app: shop, after: [shop]}]\n")
                        .summary())
                .contains("shop after shop");
    }

    @Test
    void a_group_of_nobody_is_refused() throws IOException {
        assertThat(refusal("kind: Group\nname: checkout\nmembers: []\n").summary())
                .isEqualTo("relevo-group.yaml:3: [members] is [[]]; expected at least one member");
        assertThat(refusal("kind: Group\nname: checkout\nmembers: [null]\n").summary())
                .isEqualTo("relevo-group.yaml:3: [members[0]] needs the key [app]");
    }

    @Test
    void a_file_that_is_not_there_is_named() {
        Problem refusal = catchThrowableOfType(
                        RelevoException.class, () -> GroupLoader.load(folder.resolve("nowhere.yaml")))
                .problem();

        assertThat(refusal.code()).isEqualTo(ConfigError.MISSING_FILE);
        assertThat(refusal.summary()).isEqualTo("There is no group's file " + folder.resolve("nowhere.yaml"));
    }

    private LoadedGroup load(String text) throws IOException {
        Path file = folder.resolve("relevo-group.yaml");
        Files.writeString(file, text);
        return GroupLoader.load(file);
    }

    private Problem refusal(String text) throws IOException {
        return catchThrowableOfType(RelevoException.class, () -> load(text)).problem();
    }
}
