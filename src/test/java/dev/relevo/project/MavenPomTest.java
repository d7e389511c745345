package dev.relevo.project;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A pom.xml")
class MavenPomTest {
    @TempDir
    Path folder;

    @Test
    void isFixedWhereAllVersionsAreReleasesWhateverItsOwnIs() throws IOException {
        MavenPom pom = pom("""
                <version>1.0-SNAPSHOT</version>
                <properties><lib.version>2.1</lib.version></properties>
                <dependencies><dependency><artifactId>lib</artifactId><version>${lib.version}</version></dependency></dependencies>
                """);
        assertThat(pom.isFixed(true)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.0-SNAPSHOT", "[1,2)", "(,2]", "LATEST", "RELEASE"})
    void isNotFixedWithADependencyWhoseVersionMoves(String version) throws IOException {
        String dependency = "<dependencies><dependency><artifactId>lib</artifactId><version>%s</version></dependency>"
                + "</dependencies>";
        assertThat(pom(dependency.formatted(version)).isFixed(true)).isFalse();
        assertThat(pom("<properties><v>%s</v></properties>".formatted(version)).isFixed(true))
                .isFalse();
    }

    @Test
    void isFixedWithASnapshotParentOnlyWhereThatLiesBesideIt() throws IOException {
        MavenPom pom = pom("<parent><artifactId>all</artifactId><version>3-SNAPSHOT</version></parent>");
        assertThat(pom.isFixed(false)).isTrue();
        assertThat(pom.isFixed(true)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"<property><name>env.CI</name></property>", "<file><exists>x</exists></file>"})
    void isNotFixedWithAProfileThatSomethingElseSwitchesOn(String activation) throws IOException {
        String profile = "<profiles><profile><activation>%s</activation></profile></profiles>";
        assertThat(pom(profile.formatted(activation)).isFixed(true)).isFalse();
    }

    private MavenPom pom(String content) throws IOException {
        return MavenPom.read(Files.writeString(folder.resolve("pom.xml"), "<project>" + content + "</project>"));
    }
}
