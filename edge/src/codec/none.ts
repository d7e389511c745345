/** Stands for modules of Node.js that a codec's code names and, in a Worker, never uses. */
export default {};
