/** Builds the image of the project, names it in the description of the build and returns its reference with the digest. */
def call(Map args = [:]) {
    relevo.check('relevoBuild', args)
    try {
        String image = relevo(args, 'build')
        relevo.note(image)
        return image
    } finally {
        relevo.keepResult('build', args.directory)
    }
}
