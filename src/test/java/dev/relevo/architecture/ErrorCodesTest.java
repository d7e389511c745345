package dev.relevo.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.relevo.report.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The codes that users see, and the pages that explain them, say the same. */
class ErrorCodesTest {
    private static final Path DOCS = Path.of("docs");
    private static final Pattern SECTION = Pattern.compile("^### (RLV-.*)$", Pattern.MULTILINE);
    private static final Pattern RANGE = Pattern.compile("^\\| RLV-(\\d)xx \\| (.+?) \\|", Pattern.MULTILINE);
    private static final Pattern PACKAGE = Pattern.compile("`(\\w+)`");

    private static List<ErrorCode> codes;

    @BeforeAll
    static void findCodes() {
        codes = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("dev.relevo").stream()
                        .filter(type -> type.isAssignableTo(ErrorCode.class) && !type.isInterface())
                        .map(JavaClass::reflect)
                        .flatMap(type -> {
                            assertThat(type)
                                    .as("codes are the constants of enums")
                                    .matches(Class::isEnum);
                            return Arrays.stream(type.getEnumConstants()).map(ErrorCode.class::cast);
                        })
                        .toList();
        assertThat(codes).isNotEmpty();
    }

    @Test
    void everyCodeIsRlvAndThreeDigits() {
        assertThat(codes).extracting(ErrorCode::id).allMatch(id -> id.matches("RLV-[1-9]\\d{2}"));
    }

    @Test
    void noCodeMeansTwoThings() {
        assertThat(codes).extracting(ErrorCode::id).doesNotHaveDuplicates();
    }

    @Test
    void everyCodeLiesInTheRangeOfItsPackage() throws IOException {
        Map<String, List<String>> ranges = ranges();
        assertThat(codes)
                .allSatisfy(code -> assertThat(ranges.getOrDefault(code.id().substring(4, 5), List.of()))
                        .as("packages that docs/architecture.md gives the range of %s", code.id())
                        .contains(packageOf(code)));
    }

    @Test
    void everyCodeHasASectionAndEverySectionACode() throws IOException {
        assertThat(sections())
                .containsExactlyInAnyOrderElementsOf(
                        codes.stream().map(ErrorCode::id).toList());
    }

    @Test
    void theSectionsAreInTheOrderOfTheirCodes() throws IOException {
        assertThat(sections()).isSorted();
    }

    private static List<String> sections() throws IOException {
        return SECTION.matcher(Files.readString(DOCS.resolve("errors.md")))
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    /** From the first digit of a code to the packages that may have it, as the table in the architecture page says. */
    private static Map<String, List<String>> ranges() throws IOException {
        return RANGE.matcher(Files.readString(DOCS.resolve("architecture.md")))
                .results()
                .collect(Collectors.toMap(
                        range -> range.group(1), range -> packages(range), (first, second) -> second, TreeMap::new));
    }

    private static List<String> packages(MatchResult range) {
        return PACKAGE.matcher(range.group(2))
                .results()
                .map(name -> name.group(1))
                .toList();
    }

    /** The part of the package's name after {@code dev.relevo}, without what lies below it. */
    private static String packageOf(ErrorCode code) {
        return code.getClass().getPackageName().split("\\.")[2];
    }
}
