/** Runs the project's tests and shows them on the build page. */
def call(Map args = [:]) {
    relevo.check('relevoTest', args, ['reports', 'unstable'])
    try {
        return relevo(relevo.arguments(args), 'test')
    } catch (Exception failure) {
        // Exit code 3 says that tests failed; everything else is a reason to stop whatever was asked.
        if (!args.unstable || failure.message != 'script returned exit code 3') {
            throw failure
        }
        unstable('Tests failed')
        return ''
    } finally {
        showReports(args.directory, args.reports ?: usualReports())
        relevo.keepResult('test', args.directory)
    }
}

/** Where the build tools put their JUnit reports, by themselves or told to by the engine. */
def usualReports() {
    [
        '**/target/surefire-reports/TEST-*.xml', '**/target/failsafe-reports/TEST-*.xml',
        '**/build/test-results/**/*.xml', '**/junit*.xml', '.relevo/reports/*.xml',
    ]
}

/** Hands the reports to the JUnit plugin, which a Jenkins need not have. */
def showReports(String directory, reports) {
    List patterns = (reports instanceof List ? reports : [reports]).collect { relevo.inside(directory, it) }
    try {
        junit(testResults: patterns.join(','), allowEmptyResults: true)
    } catch (NoSuchMethodError missing) {
        if (!missing.message.contains("'junit'")) {
            throw missing
        }
        echo('relevoTest: this Jenkins has no junit step (plugin JUnit), so the build page shows no tests; their outcome counts all the same')
    }
}
