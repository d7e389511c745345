/** Builds the image of the project and returns its reference with the digest. */
def call(Map args = [:]) {
    relevo.check('relevoBuild', args)
    try {
        return relevo(args, 'build')
    } finally {
        relevo.keepResult('build', args.directory)
    }
}
