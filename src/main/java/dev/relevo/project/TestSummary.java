package dev.relevo.project;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What all reports of a run say together.
 *
 * @param cases every test, in the order of the reports
 */
public record TestSummary(List<TestCase> cases) {
    public TestSummary {
        cases = List.copyOf(cases);
    }

    /** Tests that were run or skipped. */
    public int total() {
        return cases.size();
    }

    /** Tests with a failed assertion. */
    public int failed() {
        return (int)
                failures().stream().filter(failure -> failure.how().assertion()).count();
    }

    /** Tests that threw something unexpected. */
    public int errors() {
        return failures().size() - failed();
    }

    /** Tests that were not run. */
    public int skipped() {
        return (int) cases.stream()
                .filter(test -> test.result() instanceof TestCase.Result.Skipped)
                .count();
    }

    /** A test that did not pass, with how. */
    public record Failure(TestCase test, TestCase.Result.Failed how) {}

    /** The tests that did not pass. */
    public List<Failure> failures() {
        List<Failure> failures = new ArrayList<>();
        for (TestCase test : cases) {
            if (test.result() instanceof TestCase.Result.Failed failed) {
                failures.add(new Failure(test, failed));
            }
        }
        return failures;
    }

    /** The tests that took longest, the longest first. */
    public List<TestCase> slowest(int count) {
        return cases.stream()
                .filter(test -> !test.took().isZero())
                .sorted(Comparator.comparing(TestCase::took).reversed())
                .limit(count)
                .toList();
    }
}
